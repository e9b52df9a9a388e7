#pragma once

#include <string>

namespace ftracectl {

/// Whether this process is in the initial pid namespace. Every pid in tracefs, in common_pid and in
/// set_event_pid, is one of that namespace, and from inside another nobody can tell which: NSpid in
/// /proc/PID/status shows a process' pids from the reader's namespace downward only.
bool in_initial_pid_namespace();

/// Throws Error(pid_namespace) outside the initial pid namespace, where pids written to tracefs would select
/// other processes than those meant. `what` wants to write them: "--pid", "capturing a command".
void require_initial_pid_namespace(const std::string& what);

}  // namespace ftracectl
