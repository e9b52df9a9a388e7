#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ftracectl {

/// Whether this process is in the initial pid namespace. Every pid in tracefs, in common_pid and in
/// set_event_pid, is one of that namespace. From inside another, /proc cannot show which: NSpid in
/// /proc/PID/status has a task's pids from the namespace of that /proc downward only (see host_pid.hpp).
bool in_initial_pid_namespace();

/// Throws Error(pid_namespace) outside the initial pid namespace, where pids written to tracefs would select
/// other processes than those meant. `what` wants to write them: "--pid", "capturing a command". Of `pids`,
/// those of the user's, the message says what they are on the host, where a /proc shows it.
void require_initial_pid_namespace(const std::string& what, const std::vector<std::int32_t>& pids = {});

}  // namespace ftracectl
