#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "base/fd.hpp"

namespace ftracectl {

/// /proc/PID/maps, open. It shows the memory that the process has at this moment for as long as that memory lives,
/// whatever the process executes meanwhile, and nothing from then on (every kernel from 5.10 to 7.3: the memory is
/// taken by open() and not by read()). Without a descriptor where the process is gone, or is not ours to look into.
Fd open_process_maps(pid_t pid);

/// Its text, from the beginning; empty where the memory is gone. Nothing on an error.
std::optional<std::string> read_process_maps(const Fd& maps);

}  // namespace ftracectl
