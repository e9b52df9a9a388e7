#pragma once

#include "cli/command_line.hpp"
#include "records/wanted_execs.hpp"

namespace ftracectl::cli {

/// Declares --uid, --container, --cgroup and the --exclude-* options.
void add_fleet_options(CommandLine& line);

/// Those that are decided on finished records. --exclude-comm is the kernel's. Throws Error(usage).
ExecSelection fleet_selection(const CommandLine& line);

}  // namespace ftracectl::cli
