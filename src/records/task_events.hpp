#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "records/recorder.hpp"

namespace ftracectl {

/// They tell names, parents and ends of tasks exactly, where /proc would be too late.
inline constexpr std::array<std::string_view, 3> task_events = {"task:task_newtask", "task:task_rename",
                                                                "sched:sched_process_exit"};

/// They tell when a task changes its real user: somewhere between the enter of the call and its exit. The
/// first six are on every kernel that has users at all; the others are older forms of them, which a few have
/// beside them.
inline constexpr std::array<std::string_view, 12> uid_events = {
    "syscalls:sys_exit_setuid",    "syscalls:sys_exit_setreuid",    "syscalls:sys_exit_setresuid",
    "syscalls:sys_enter_setuid",   "syscalls:sys_enter_setreuid",   "syscalls:sys_enter_setresuid",
    "syscalls:sys_exit_setuid16",  "syscalls:sys_exit_setreuid16",  "syscalls:sys_exit_setresuid16",
    "syscalls:sys_enter_setuid16", "syscalls:sys_enter_setreuid16", "syscalls:sys_enter_setresuid16"};

/// Whether all that makes a task and its user what they are is among these, but for execs.
bool tell_tasks_and_users(const std::vector<FoundEvent>& events);

/// Of a recorder whose records name tasks, their parents and their users.
void add_task_events(std::vector<EventUse>& uses);

/// Whether events of this name are on for this purpose alone.
bool tells_of_tasks(std::string_view name);

}  // namespace ftracectl
