#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernel/files.hpp"

namespace ftracectl {

/// Something that a kernel's ftrace can or cannot do, and what told.
struct Feature {
  std::string group;  ///< "events", "triggers", "probes", "buffers", "options", "clocks", "tracers"
  std::string name;
  bool present = false;
  std::string known_by;  ///< "file uprobe_events", "'# Available triggers' of sched:sched_switch"
};

/// What can be known only from outside the tracing folder.
struct KernelHints {
  /// Whether the kernel has the functions of eprobes: the README describes them on kernels that lack them
  /// (6.18). Nothing: unknown.
  std::optional<bool> has_eprobe_functions;
};

KernelHints read_kernel_hints();

/// Looks at each feature in the folder itself, not at the kernel's version or configuration, and changes
/// nothing. In the order of a table; a file that cannot be read counts as one that is not there.
std::vector<Feature> read_features(Files& files, const KernelHints& hints);

/// The clocks that trace_clock offers.
std::vector<std::string> read_clocks(Files& files, const std::string& prefix);

}  // namespace ftracectl
