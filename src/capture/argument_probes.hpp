#pragma once

#include <string>
#include <vector>

#include "kernel/files.hpp"

namespace ftracectl {

/// From where an exec's arguments are taken.
enum class ArgumentSource {
  automatic,  ///< from probes where they can be had, and from /proc where these say nothing
  uprobe,     ///< from probes on the C library's execve() and execveat() alone
  proc,       ///< from /proc/PID/cmdline alone
  none,
};

/// "auto", "uprobe", "proc", "none". Throws Error(usage).
ArgumentSource parse_argument_source(const std::string& text);

/// The definitions of the probes that fetch an exec's arguments, as of model/exec_probe.hpp. Throws
/// Error(feature_missing) where they cannot be had: without uprobes, or without a C library that they can be
/// put on.
std::vector<std::string> argument_probes(Files& files, const std::string& group);

}  // namespace ftracectl
