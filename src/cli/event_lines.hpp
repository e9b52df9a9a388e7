#pragma once

#include <cstddef>
#include <iosfwd>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "kernel/event_state.hpp"

namespace ftracectl::cli {

/// One event behind `indent` blanks, lined up: its mark, its name in `width` columns, and beside it what is
/// set on it, one a line.
///     on   syscalls:sys_enter_execve  filter   common_pid==100
///                                     trigger  stacktrace if common_pid==100
void print_event(std::ostream& out, const EventState& state, std::size_t width, std::size_t indent = 0);

/// The length of the longest name.
std::size_t name_width(const std::vector<EventState>& states);

/// {"event":"sched:sched_switch","enabled":true,"filter":null,"triggers":["stacktrace"]}; with "refused" and
/// "reason" where the kernel refused the filter written last.
nlohmann::ordered_json event_json(const EventState& state);

/// Indented, bytes that are no UTF-8 replaced, with a newline at the end.
std::string json_text(const nlohmann::ordered_json& json);

}  // namespace ftracectl::cli
