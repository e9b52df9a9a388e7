#pragma once

#include <string>
#include <vector>

#include "kernel/files.hpp"

namespace ftracectl {

/// From where an exec's arguments are taken.
enum class ArgumentSource {
  automatic,  ///< from the best probes that can be had, and from /proc where these say nothing
  eprobe,     ///< from probes on the events of the system calls, and from /proc where these could not read
  uprobe,     ///< from probes on the C library's execve() and execveat() alone
  proc,       ///< from /proc/PID/cmdline alone
  none,
};

/// "auto", "eprobe", "uprobe", "proc", "none". Throws Error(usage).
ArgumentSource parse_argument_source(const std::string& text);

/// The kinds of probes to try for a source, the best first: `eprobe`, `uprobe`. Eprobes are the best where
/// they can tell all: before 6.8, which brought the file buffer_subbuf_size_kb, a line of trace text has room
/// for 4 KiB alone, and 6.1 does not see the file name.
std::vector<ArgumentSource> probe_kinds(ArgumentSource source, Files& files);

/// The definitions of the probes of a kind that fetch an exec's arguments, as of
/// model/tracefs/exec_probe.hpp. Throws Error(feature_missing) where they cannot be had: without such probes,
/// or without a C library that uprobes can be put on. Some kernels' README tells of eprobes that they refuse
/// (6.18 here).
std::vector<std::string> argument_probes(Files& files, const std::string& group, ArgumentSource kind);

/// The definition of the probe of model/tracefs/stack_probe.hpp, with a line for each place. Throws as above.
std::string stack_probe(Files& files, const std::string& group);

}  // namespace ftracectl
