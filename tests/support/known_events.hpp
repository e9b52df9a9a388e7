#pragma once

#include <ftracectl/event_table.hpp>

namespace ftracectl::test {

/// The events of an exec and of tasks, with the formats of 6.18.
EventTable exec_event_table();

/// sys_enter_execve as 7.3 has it, with the file name's string.
EventSchema sys_enter_execve_with_string();

}  // namespace ftracectl::test
