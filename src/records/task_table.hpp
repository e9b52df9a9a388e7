#pragma once

#include <cstdint>
#include <ftracectl/event.hpp>
#include <optional>
#include <string>
#include <unordered_map>

namespace ftracectl {

/// A real user id as the reader's user namespace shows it. It was read at `since` (nanoseconds of
/// CLOCK_MONOTONIC), so it says nothing of what the task did before.
struct KnownUid {
  std::uint32_t uid = 0;
  std::uint64_t since = 0;
};

/// The stamps of events and the clock that a reader looks at are not equal to the last digit, and text has
/// microseconds.
inline constexpr std::uint64_t uid_read_margin_ns = 10'000;

/// What is known of a task.
struct Task {
  std::int32_t pid = -1;  ///< its thread group
  std::optional<std::int32_t> ppid = std::nullopt;
  std::optional<std::string> comm = std::nullopt;
  std::optional<KnownUid> uid = std::nullopt;
};

/// The tasks as the event stream tells of them, exact where a line's own name is looked up too late:
/// task_newtask brings one in, task_rename renames it, sched_process_exit takes it out. What was there before
/// the stream began can be put in with set().
class TaskTable {
 public:
  const Task* find(std::int32_t tid) const {
    return last_ != nullptr && last_tid_ == tid ? last_ : look_up(tid);
  }
  /// How many of its threads are known. Looks at all tasks.
  int count_threads(std::int32_t pid) const;
  const std::unordered_map<std::int32_t, Task>& all() const { return tasks_; }
  void set(std::int32_t tid, Task task) {
    last_ = nullptr;
    tasks_[tid] = std::move(task);
  }

  /// Events were lost, renames and changes of users among them perhaps: what was known of these is not known
  /// any more.
  void forget_what_changes();

  // The real user: a task has that of the task that started it, until it changes it by a call of setuid(),
  // setreuid() or setresuid(), each thread for itself. An exec does not change it.

  /// What it is at that time; nothing where that is not certain.
  std::optional<std::uint32_t> find_uid(std::int32_t tid, std::uint64_t time) const;
  void set_uid(std::int32_t tid, KnownUid uid);
  /// It has changed, to what the machine must be asked for.
  void forget_uid(std::int32_t tid);
  void forget_uids();

  /// task:task_newtask, in the parent's context: a thread with CLONE_THREAD, else a process.
  void on_newtask(const Event& event);
  /// task:task_rename.
  void on_rename(std::int32_t tid, const std::string& comm);
  /// sched:sched_process_exit.
  void on_exit(std::int32_t tid) {
    last_ = nullptr;
    tasks_.erase(tid);
  }
  /// sched:sched_process_exec: after an exec by another thread than the leader, the task goes on under the
  /// leader's number.
  void on_exec(std::int32_t pid, std::int32_t old_pid);

 private:
  const Task* look_up(std::int32_t tid) const;

  std::unordered_map<std::int32_t, Task> tasks_;
  /// The task that was found last: events of one come one after the other. Null when it may be gone.
  mutable const Task* last_ = nullptr;
  mutable std::int32_t last_tid_ = -1;
};

}  // namespace ftracectl
