#pragma once

#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "live/capture.hpp"

namespace ftracectl::cli {

/// Declares -e and -f: events that have filters of their own.
void add_event_options(CommandLine& line);

/// What they say, in order: `-e EVENT -f FILTER` as trace-cmd has it, `-e EVENT/FILTER/` as perf nearly has. Throws
/// Error(usage) for a filter without an event in front.
std::vector<EventChoice> chosen_events(const CommandLine& line);

/// "sched:sched_switch/prev_pid == 1/" in its two parts; without a filter the second is empty. Both "system:event" and
/// "system/event" may stand in front.
EventChoice parse_event_choice(const std::string& text);

}  // namespace ftracectl::cli
