#pragma once

#include <ftracectl/event.hpp>
#include <string>

namespace ftracectl::report {

/// "sched:sched_switch", "sched_switch" where the system is not known.
std::string event_name(const Event& event);

/// What the kernel prints for the event, or, where that needs the kernel's own functions, its fields.
std::string event_words(const Event& event);

}  // namespace ftracectl::report
