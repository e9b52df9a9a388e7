#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "model/tracefs/plan.hpp"

namespace ftracectl {

/// What a capture wants of its instance, as plain data.
struct CaptureWish {
  std::vector<std::string> probes;  ///< the events of our own probes, "group:name", all of one group
  std::vector<std::string> events;  ///< all others, "system:name"
  std::vector<std::string> takers;  ///< of these, those that the user's filter is written to
  std::string filter;               ///< the user's
  std::map<std::string, std::string> own_filters;  ///< of single events, which must hold as well
  std::vector<std::int32_t> tids;                  ///< the tasks to capture; empty: all
  bool follow = false;                             ///< and what they start
  std::vector<std::int32_t> not_tids;  ///< our own: a reader that traces its reads feeds itself for ever
  bool stacktrace = false;
  bool userstack = false;
  bool wake_for_each = false;   ///< each event wakes the readers of binary pipes
  std::uint64_t buffer_kb = 0;  ///< for each cpu; 0: the kernel's own choice
};

/// The clock of all captures: CLOCK_MONOTONIC, as BPF programs have it.
inline constexpr const char* capture_clock = "mono";

// The steps that bring it about: recording is off, then come the steps for the probes and those for all else,
// in any order or at once, and then recording is on. So nothing is recorded that was not asked for, or by
// another clock, and the events begin together.

Step recording_off(const std::string& prefix);
Step recording_on(const std::string& prefix);

/// What the user selected and no step of the plan carries, in the words of the options: "--filter, --comm or
/// --cpu". Empty where all of the selection is in force.
std::string selection_without_step(const CaptureWish& wish, const Plan& plan);

/// Switches the probes on, all at once.
Plan plan_probes(const CaptureWish& wish, const std::string& prefix);

/// All else. Tasks become the kernel's work: a filter on common_pid, or set_event_pid where what they start
/// is to be followed or they are too many for a filter.
Plan plan_capture(const CaptureWish& wish, const std::string& prefix);

}  // namespace ftracectl
