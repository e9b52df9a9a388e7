#pragma once

#include <ftracectl/event_table.hpp>
#include <string>
#include <vector>

#include "kernel/files.hpp"

namespace ftracectl {

/// Adds events of the running kernel, as "system:name", and, where syscalls are among them, what else tells
/// how this kernel prints their numbers. Throws Error.
void add_known_events(EventTable& table, Files& files, const std::vector<std::string>& events);

}  // namespace ftracectl
