#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/tracefs/plan.hpp"
#include "records/call_recorder.hpp"

namespace ftracectl {

/// What a capture wants of its instance, as plain data.
struct CaptureWish {
  std::vector<std::string> probes;   ///< the events of our own probes, "group:name", all of one group
  std::vector<std::string> events;   ///< all others, "system:name"
  std::optional<CallSources> calls;  ///< set: system calls are captured, and the filter goes to their enters
  bool is_preset = false;            ///< the exec preset: see events_of_filter()
  std::string filter;                ///< the user's, for all that take it: see events_of_filter()
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

/// The events that the user's filter is written to: all that were named; of system calls the enters; of the exec preset the enters or,
/// where the kernel has no syscall events, sched_process_exec, the only event of an exec that is left.
std::vector<std::string> events_of_filter(const CaptureWish& wish);

/// What the user selected and no step of the plan carries, in the words of the options: "--filter, --comm or
/// --cpu". Empty where all of the selection is in force.
std::string selection_without_step(const CaptureWish& wish, const Plan& plan);

/// Switches the probes on, all at once.
Plan plan_probes(const CaptureWish& wish, const std::string& prefix);

/// All else. Tasks become the kernel's work: a filter on common_pid, or set_event_pid where what they start
/// is to be followed or they are too many for a filter.
Plan plan_capture(const CaptureWish& wish, const std::string& prefix);

}  // namespace ftracectl
