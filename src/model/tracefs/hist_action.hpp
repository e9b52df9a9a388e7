#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/filter/filter_parser.hpp"

namespace ftracectl {

/// Checks the form of a handler and its action, as the kernel's parse_action() reads it:
///     onmatch(sched.sched_waking).wakeup_latency($lat,next_pid)     onmax($lat).save(prev_comm)
///     onchange($x).snapshot()
/// Whether the variables and the synthetic event are there, only the kernel knows. `events` are
/// "system:name"; empty where they are not known. Throws TextFault; its columns count from the start.
void check_hist_action(std::string_view text, const std::vector<std::string>& events);

}  // namespace ftracectl
