#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ftracectl {

/// What a user typed for an event or several: "system:name", "system/name", a bare "name", globs in either
/// part.
struct EventPattern {
  std::string system;  ///< "*" for a bare name
  std::string name;
};

EventPattern parse_event_pattern(std::string_view text);

/// The events of `available` ("system:name") that the pattern takes, in their order.
std::vector<std::string> matching_events(std::string_view pattern, const std::vector<std::string>& available);

/// The names nearest to a misspelt one, best first, at most three; those that are too far off are left out.
std::vector<std::string> nearest_names(std::string_view wanted, const std::vector<std::string>& known);

/// What to say of a pattern that takes no event, with the nearest names:
///     unknown event 'sched:sched_proces_exec': did you mean sched:sched_process_exec?
std::string unknown_event_message(std::string_view pattern, const std::vector<std::string>& available);

}  // namespace ftracectl
