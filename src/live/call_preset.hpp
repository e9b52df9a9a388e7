#pragma once

#include <string>
#include <vector>

#include "kernel/files.hpp"

namespace ftracectl {

struct CallPreset {
  std::vector<std::string> events;     ///< all that are to be on
  std::vector<std::string> for_users;  ///< of these, without their system: as of CallSources
};

/// The events of these system calls ("openat", "unlink*"), enters and exits, and those that report names, threads and
/// users of tasks. Throws Error(unknown_event) for a pattern that no system call of this kernel matches.
CallPreset call_preset(Files& files, const std::vector<std::string>& calls);

}  // namespace ftracectl
