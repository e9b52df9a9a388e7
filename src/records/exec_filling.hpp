#pragma once

#include <ftracectl/event.hpp>
#include <ftracectl/exec_record.hpp>
#include <string>

#include "records/fetched_exec.hpp"

namespace ftracectl {

// What the events of an exec put into its record, each by itself.

/// The name that an exec gives to the task: the end of the file's name, as far as there is room for it. Of an
/// open file the kernel tells "/dev/fd/3", and gives the name by another rule. The name in the line of the
/// event may be older: what the kernel notes at the next task switch.
std::string name_given_by(const ExecRecord& record);

/// By the event's name, "sys_enter_execve" or "sys_exit_execveat".
ExecRecord::Syscall syscall_of(const Event& event);

void forget_arguments(ExecRecord& record);

/// Those of the first event that has any; a user stack only while the program runs that made the call.
void take_stacks(ExecRecord& record, const Event& event);

/// File name and arguments as a probe fetched them. True where only the call's success proves the arguments:
/// one of them reads as nothing, which an address that cannot be read does, too.
bool take_fetched(ExecRecord& record, FetchedExec& call);

}  // namespace ftracectl
