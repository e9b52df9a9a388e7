#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "cli/target.hpp"
#include "kernel/event_state.hpp"

namespace ftracectl::cli {

/// How the events stand in the target's buffer; in one that is to be made nothing is on.
std::vector<EventState> read_event_states(Target& target, const std::vector<std::string>& events);

/// Says so when tracing_on is 0, with which nothing is recorded.
void warn_if_off(std::ostream& err, Target& target);

/// Says of each event with a filter which of its triggers fire for what the filter drops, too.
void warn_of_unfiltered_triggers(std::ostream& err, const std::vector<EventState>& states);

/// Says of each event that is off which of its triggers fire all the same.
void warn_of_firing_triggers(std::ostream& err, const std::vector<EventState>& states);

}  // namespace ftracectl::cli
