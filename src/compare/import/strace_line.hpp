#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ftracectl::compare {

/// A line of strace, taken apart as far as every line has the same parts:
///
///     31014 1795360851.429412 execve("/bin/true", ...            -f -ttt -o FILE
///     [pid 31028] 1795360851.540649574 <... execve resumed>) = 0 to a terminal
///     22537 08:36:38.305583 execve(...                           -tt; -t has no fraction
///     22621<sh> 1795854999.429251 execve(...                     -Y
///     22579 1795854998.527442 (+     0.000013) execve(...        -r with -ttt
///     22635 1795854999.533877 [00007f2c84c9bad7] execve(...      -i; "[  59]" with -n
///     22565      0.000041 execve(...                             -r: since the line before
struct StraceLine {
  enum class Clock : std::uint8_t { none, unix_time, time_of_day, relative };

  std::int32_t tid = -1;  ///< -1: the line does not say
  Clock clock = Clock::none;
  bool is_whole_second = false;
  std::int64_t ts_ns = 0;  ///< by that clock
  std::string_view rest;   ///< the call, or what happened
};

/// Nothing where the text is no such line, or has nothing behind its head.
std::optional<StraceLine> parse_strace_line(std::string_view text);

/// Where the line of another task begins within this one: strace prints the end of one task's call behind the
/// half of another's. `rest` as in StraceLine; npos where it is one line.
std::size_t find_strace_line_within(std::string_view rest);

/// "execve(", "<... vfork resumed>", "+++ exited with 0 +++", "--- SIGCHLD {...} ---".
bool is_strace_event(std::string_view rest);

/// The number at the front of "31028", "31028<sh>", "31028 +++"; -1 where there is none.
std::int32_t leading_task(std::string_view text);

}  // namespace ftracectl::compare
