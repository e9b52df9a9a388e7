#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/files.hpp"
#include "records/exec_correlator.hpp"

namespace ftracectl {

/// The events that make exec records: each attempt's enter, the program that runs, and the end of the call.
inline constexpr std::array<std::string_view, 2> exec_enter_events = {"syscalls:sys_enter_execve",
                                                                      "syscalls:sys_enter_execveat"};
inline constexpr std::array<std::string_view, 2> exec_exit_events = {"syscalls:sys_exit_execve",
                                                                     "syscalls:sys_exit_execveat"};
inline constexpr std::string_view exec_event = "sched:sched_process_exec";
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
inline constexpr std::size_t uid_events_everywhere = 6;

/// What a process ended with, and by which signal.
inline constexpr std::array<std::string_view, 4> end_events = {
    "syscalls:sys_enter_exit_group", "syscalls:sys_enter_exit", "signal:signal_deliver",
    "signal:signal_generate"};

bool is_exec_enter(std::string_view event);

/// All of the above that this kernel has, those of ends only where they are wanted. Throws
/// Error(feature_missing) without sched_process_exec, when no attempt's success could be known.
std::vector<std::string> exec_preset(Files& files, bool with_ends);

/// Whether these events tell of all that makes a task's user what it is, if none of them is filtered.
bool tell_users(const std::vector<std::string>& events);

/// What of an exec these events tell.
ExecSources exec_sources(const std::vector<std::string>& events);

}  // namespace ftracectl
