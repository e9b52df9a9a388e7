#pragma once

#include <string>
#include <vector>

#include "kernel/event_state.hpp"
#include "kernel/files.hpp"
#include "model/tracefs/plan.hpp"

namespace ftracectl {

/// What to put on events. Triggers without an `if` of their own get the filter as theirs: the kernel fires
/// triggers for events that the filter drops, too (5.10 to 7.3).
struct EventWishes {
  std::string filter;                 ///< empty: leave the filters as they are
  std::vector<std::string> triggers;  ///< as the user wrote them
};

/// First all filters, then all triggers, then the events are switched on: what the kernel refuses is seen
/// before anything is recorded, and no event is on without its filter.
Plan plan_enable(const std::string& prefix, const std::vector<std::string>& events,
                 const EventWishes& wishes);

/// The filters and triggers of the same, each as the user wrote it: for checking, not for writing.
Plan plan_in_own_words(const std::string& prefix, const std::vector<std::string>& events,
                       const EventWishes& wishes);

/// Takes the events back. First they are switched off, then the triggers go, then the filters, so that none
/// is on without its filter. With `keep` the triggers and filters stay.
Plan plan_disable(const std::string& prefix, const std::vector<EventState>& events, bool keep);

/// The steps whose files do not hold already what they want.
Plan steps_needed(Files& files, const Plan& plan);

}  // namespace ftracectl
