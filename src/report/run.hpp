#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "records/sink.hpp"
#include "report/texts.hpp"

namespace ftracectl::report {

inline constexpr std::uint32_t none = 0xFFFFFFFF;
inline constexpr std::uint64_t unknown_ns = ~std::uint64_t{0};

/// One attempt to execute a program, as small as it can be: there are millions.
struct Attempt {
  std::int64_t begin_ns = 0;
  std::uint64_t duration_ns = unknown_ns;
  std::int32_t tid = -1;
  std::int32_t error = 0;  ///< the errno of one that failed
  std::uint32_t uid = none;
  std::uint32_t process = none;  ///< Run::processes
  std::uint32_t next = none;     ///< the process' next attempt, Run::attempts
  TextId comm = no_text;         ///< before the attempt
  TextId new_comm = no_text;
  TextId filename = no_text;
  TextId argv = no_text;       ///< each argument ends with a NUL
  std::uint32_t stack = none;  ///< Run::stacks
  std::int16_t cpu = -1;
  /// How many failed attempts of the same PATH search came before this one, which stands for all of them.
  std::uint16_t searched = 0;
  ExecRecord::Status status = ExecRecord::Status::unfinished;
  bool is_superseded = false;  ///< another attempt of the same PATH search came after it
  bool argv_is_cut = false;

  bool is_failed() const { return status == ExecRecord::Status::failed; }
  std::int64_t end_ns() const {
    return begin_ns + (duration_ns == unknown_ns ? 0 : static_cast<std::int64_t>(duration_ns));
  }
};

/// One process, from its beginning to its end, as far as records tell of it.
struct Process {
  std::int32_t pid = -1;
  std::int32_t ppid = -1;
  std::uint32_t parent = none;  ///< Run::processes
  std::uint32_t first_attempt = none;
  std::uint32_t last_attempt = none;
  std::uint32_t program = none;   ///< the last attempt that succeeded
  std::uint32_t failures = 0;     ///< PATH searches that ended well are none
  std::uint32_t first_child = 0;  ///< Run::children
  std::uint32_t child_count = 0;
  /// Its fork where begin_known, else the first that a record tells of it.
  std::int64_t begin_ns = 0;
  /// Its exit where end_known, else the last that a record tells of it or of its children.
  std::int64_t end_ns = 0;
  TextId comm = no_text;  ///< its first name: its parent's
  TextId last_comm = no_text;
  std::int16_t exit_code = -1;  ///< -1: not known
  std::int16_t signal = 0;      ///< 0: none known
  bool begin_known = false;
  bool end_known = false;
  bool is_seen = true;  ///< false: known as somebody's parent alone

  bool ended_badly() const { return signal > 0 || exit_code > 0; }
  std::optional<std::uint64_t> lifetime_ns() const {
    if (!begin_known || !end_known) return std::nullopt;
    return static_cast<std::uint64_t>(end_ns - begin_ns);
  }
};

/// An event that is neither an exec nor an exit, or a system call.
struct Happening {
  std::int64_t begin_ns = 0;
  std::uint64_t duration_ns = unknown_ns;  ///< of a call
  std::int32_t tid = -1;
  std::uint32_t process = none;
  TextId name = no_text;
  TextId text = no_text;
  std::uint32_t stack = none;
  std::int16_t cpu = -1;
  bool is_call = false;
  bool is_failed = false;  ///< a call with an error
};

/// Frames of a stack, innermost first, each a TextId; and how often it was seen.
struct StackCount {
  std::vector<TextId> frames;
  std::uint64_t count = 0;
};

struct LossSpan {
  std::int64_t at_ns = 0;
  bool at_known = false;
  int cpu = -1;
  std::optional<std::uint64_t> count;
};

/// All that a report is made of.
struct Run {
  Texts texts;
  std::vector<Attempt> attempts;   ///< by begin_ns
  std::vector<Process> processes;  ///< a parent always stands before its children
  std::vector<std::uint32_t> children;
  std::vector<std::uint32_t> roots;  ///< by begin_ns
  std::vector<Happening> happenings;
  std::uint64_t happenings_left_out = 0;  ///< beyond most_happenings
  std::vector<StackCount> stacks;
  std::vector<LossSpan> losses;
  std::vector<Disturbance> disturbances;
  std::uint64_t malformed = 0;
  std::uint64_t exits = 0;
  std::optional<Summary> summary;
  std::int64_t begin_ns = 0;  ///< of the first record
  std::int64_t end_ns = 0;    ///< of the last
  bool is_time = true;        ///< false: the trace's clock counts something else than nanoseconds

  static constexpr std::size_t most_happenings = 2'000'000;

  std::uint64_t lost() const;
  bool has_ends() const { return exits > 0; }
  const Attempt* program_of(const Process& process) const {
    return process.program == none ? nullptr : &attempts[process.program];
  }
};

}  // namespace ftracectl::report
