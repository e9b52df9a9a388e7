#pragma once

#include <cstdint>
#include <ftracectl/event.hpp>
#include <ftracectl/export.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ftracectl FTRACECTL_PUBLIC {

/// Where a value of an exec record comes from.
enum class ValueSource : std::uint8_t {
  none,                ///< there is no value
  sched_process_exec,  ///< the event tells it byte for byte
  kernel,              ///< the syscall event's own string (7.x)
  uprobe,              ///< fetched where the C library was called
  eprobe,              ///< fetched at the syscall event
  proc,                ///< /proc had it when the new program ran
};

/// "sched_process_exec", "kernel", "uprobe", "eprobe", "proc"; empty for none.
std::string_view value_source_name(ValueSource source);
/// The other way round; none for any other name.
ValueSource value_source_named(std::string_view name);

/// One attempt to execute a program: what sys_enter_execve(at), sys_sched_process_exec and the exit of the
/// call tell together. Absent knowledge is an empty optional; every value that can come from several places
/// says from which.
struct ExecRecord {
  enum class Status {
    ok,          ///< the new program runs
    failed,      ///< ret is the negative errno
    unfinished,  ///< the end was not seen: still under way, lost, or its events are not on
  };
  /// The system call; unknown where the enter was not seen.
  enum class Syscall : std::uint8_t { unknown, execve, execveat };

  Timestamp time;  ///< of the enter, or of the first event of the attempt that was seen
  int cpu = -1;
  std::int32_t pid = -1;             ///< the thread group
  std::int32_t tid = -1;             ///< the thread that called
  bool pid_known = false;            ///< false: pid is only taken to be tid
  std::optional<std::int32_t> ppid;  ///< the parent's thread group
  std::optional<std::uint32_t> uid;  ///< real user id, of the thread that called
  /// When /proc was asked for `uid`, by CLOCK_MONOTONIC; nothing where the events tell it
  std::optional<std::uint64_t> uid_read_ns;
  std::optional<std::string> comm;  ///< the task's name before the attempt
  Syscall syscall = Syscall::unknown;
  std::optional<std::string> filename;
  ValueSource filename_from = ValueSource::none;
  std::optional<std::vector<std::string>> argv;
  /// uprobe, eprobe: what the call was made with; proc: what the new program got, of which a script's has its
  /// interpreter in front
  ValueSource argv_from = ValueSource::none;
  std::optional<std::int64_t> ret;
  Status status = Status::unfinished;
  std::optional<std::uint64_t> duration_ns;
  std::optional<std::string> new_comm;  ///< the task's name after it

  std::optional<std::uint64_t> filename_addr;  ///< user-space pointers, as the call had them
  std::optional<std::uint64_t> argv_addr;
  std::vector<std::string> kernel_stack;  ///< of the enter, or of the first event that has one
  std::vector<std::string> user_stack;
  std::vector<std::string> truncated;  ///< names of the keys that were cut

  /// What /proc said of the process when the new program ran, or, of an attempt that failed, when its end was
  /// seen: after the fact. Told, known or not, where it was asked for.
  struct Place {
    std::optional<std::string> cwd;        ///< where /proc/PID/cwd leads
    std::optional<std::string> cgroup;     ///< the path in /proc/PID/cgroup
    std::optional<std::string> container;  ///< the id or name in that path
    friend bool operator==(const Place&, const Place&) = default;
  };
  struct PlaceKeys {
    bool cwd = false;
    bool cgroup = false;
    bool container = false;
    bool any() const { return cwd || cgroup || container; }
    friend bool operator==(const PlaceKeys&, const PlaceKeys&) = default;
  };
  Place place;
  PlaceKeys place_keys;  ///< which of them were asked for

  /// Makes it a new one, in the room of the old one's stacks.
  void clear();
};

/// "ok", "failed", "unfinished".
const char* status_name(ExecRecord::Status status);

}  // namespace ftracectl
