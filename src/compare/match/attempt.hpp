#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ftracectl::compare {

/// Keeps texts for as long as it lives; what it gives never moves.
class TextStore {
 public:
  std::string_view keep(std::string_view text);

 private:
  static constexpr std::size_t block_size = 1 << 20;
  std::deque<std::string> blocks_;
};

/// What one side saw of one attempt to exec, or of one process' end. What a side does not tell is -1, or
/// nothing. Texts belong to the side's TextStore.
struct Attempt {
  enum class Kind : std::uint8_t { exec, end };
  /// Which of an exec's events were seen, or'ed together; 0 where the source tells of whole attempts.
  enum Stage : std::uint8_t { enter = 1, exec = 2, exit = 4 };

  Kind kind = Kind::exec;
  std::uint8_t stages = 0;
  bool is_execveat = false;
  bool by_thread = false;         ///< a success of a thread that is not the leader
  bool argv_is_joined = false;    ///< argv is one text, its arguments joined by blanks
  bool argv_has_name = false;     ///< argv's first word is the file's name, not the argument that was given
  bool argv_is_cut = false;       ///< by the source's own word: arguments, or parts of them, are missing
  bool argv_is_lost = false;      ///< parts of it were recorded apart, and did not come through
  bool argv_is_programs = false;  ///< what the new program got: a script's has its interpreter in front
  bool filename_is_cut = false;
  std::uint64_t cut_arguments =
      0;  ///< which arguments are cut, by the source's own word: bits of argument_bit()
  bool filename_is_exec = false;  ///< as sched_process_exec tells it: an execveat's is /dev/fd/...
  std::int32_t tid = -1;          ///< of the caller
  std::int32_t pid = -1;          ///< its thread group
  std::int32_t ppid = -1;         ///< the parent's thread group
  std::int32_t cpu = -1;
  std::optional<std::int64_t> ts_ns;  ///< by the side's own clock
  /// Of an exec: 0, or the negative errno. Of an end: the exit code, or the negative signal.
  std::optional<std::int64_t> ret;
  std::optional<std::string_view> filename;
  std::optional<std::string_view> argv;  ///< each argument followed by a NUL, unless argv_is_joined
  std::optional<std::string_view> comm;  ///< before the exec
  std::optional<std::string_view> new_comm;
  std::uint64_t line = 0;  ///< where the source first tells of it; 0: it has no lines
  /// How many of the kind this stands for: a counter tells their number and nothing else.
  std::uint64_t count = 1;

  bool is_success() const { return ret ? *ret == 0 : (stages & exec) != 0; }
  bool is_failure() const { return ret && *ret < 0; }
};

/// The bit of an argument, counted from 0. The last bit stands for all that have none of their own.
constexpr std::uint64_t argument_bit(std::size_t number) {
  return std::uint64_t{1} << (number < 63 ? number : 63);
}

/// The arguments of an argv that is not joined.
std::vector<std::string_view> arguments_of(std::string_view argv);

}  // namespace ftracectl::compare
