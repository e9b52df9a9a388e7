#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ftracectl {

/// What an event's `filter` file holds. After a refused write the file gives the refused text, a caret and
/// the reason, and the event is not filtered at all: the kernel has dropped the filter that was there.
///     common_pid==5          none          nofield == 1
///                                                  ^
///                                          parse_error: Field not found
struct FilterText {
  std::string expression;  ///< what filters now; empty where nothing does
  std::string refused;     ///< the text that the kernel refused last; empty where it did not
  std::string reason;      ///< the kernel's reason for that, "Field not found"
  std::size_t column = 0;  ///< where the kernel put the caret, 0-based
};

FilterText parse_filter_text(std::string_view text);

/// One trigger, as written by a user or as the kernel gives it back:
///     stacktrace                              stacktrace:unlimited
///     traceoff:3 if common_pid==77            traceoff:count=3 if common_pid==77
///     enable_event:sched:sched_switch:5       enable_event:sched:sched_switch:count=5
///     hist:keys=common_pid                    hist:keys=common_pid:vals=hitcount:sort=hitcount:size=2048
///     [active]
struct Trigger {
  std::string action;  ///< "traceoff", "enable_event:sched:sched_switch", "hist:keys=common_pid"
  std::optional<std::uint64_t> count;  ///< how often it may still fire; nothing stands for no limit
  std::string condition;               ///< what follows `if`; empty without one
  bool paused = false;                 ///< a hist trigger that counts nothing now

  /// The text to write: "traceoff:3 if common_pid==77". What is read back is mostly no valid input.
  std::string text() const;
  /// An event takes one trigger of a kind: traceon and traceoff are one kind, and so are enable_event and
  /// disable_event of the same event. A second of the kind gives EEXIST. Of hist triggers it takes several;
  /// their keys tell them apart here.
  std::string kind() const;
  bool is_hist() const { return action.starts_with("hist:"); }

  bool operator==(const Trigger&) const = default;
};

Trigger parse_trigger(std::string_view text);

/// The triggers of a `trigger` file; the "# Available triggers:" of a file without any are left out.
std::vector<Trigger> parse_triggers(std::string_view text);

/// The names after "# Available triggers:", which only a file without triggers gives.
std::string parse_available_triggers(std::string_view text);

/// One entry of `error_log`.
///     [   25.899204] event filter parse error: error: Field not found
///       Command: nofield == 1
///                        ^
struct LoggedError {
  std::string stamp;       ///< "25.899204"
  std::string reason;      ///< "Field not found"
  std::string command;     ///< what the kernel was given; of a trigger's condition, only that
  std::size_t column = 0;  ///< of the caret in `command`, 0-based

  bool operator==(const LoggedError&) const = default;
};

std::vector<LoggedError> parse_error_log(std::string_view text);

/// The newest entry of `after` that is not in `before` and speaks of `written`: the kernel's answer to that
/// write and to no other.
std::optional<LoggedError> new_error(std::string_view before, std::string_view after,
                                     std::string_view written);

/// The chosen word of a file that shows all: "[local] global mono" gives "local". The text itself, trimmed,
/// where nothing is in brackets.
std::string_view parse_chosen(std::string_view text);

}  // namespace ftracectl
