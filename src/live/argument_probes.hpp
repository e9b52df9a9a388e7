#pragma once

#include <string>
#include <vector>

#include "kernel/files.hpp"
#include "model/tracefs/fetch.hpp"

namespace ftracectl {

/// From where the strings come that arguments point to.
enum class ArgumentSource {
  automatic,  ///< the best probes that this kernel has; for execs also /proc where these say nothing
  eprobe,     ///< probes on the events of system calls; for execs also /proc where these could not read
  kprobe,     ///< probes on the kernel's functions of system calls; not for execs
  uprobe,     ///< probes on the C library's execve() and execveat() alone; for execs only
  proc,       ///< /proc/PID/cmdline alone; for execs only
  none,
};

/// "auto", "eprobe", "kprobe", "uprobe", "proc", "none". Throws Error(usage).
ArgumentSource parse_argument_source(const std::string& text);

/// The kinds of probes to try for what is to be fetched, the best first. Eprobes are the best where they read
/// everything: before 6.8, which brought the file buffer_subbuf_size_kb, a line of trace text has room for 4 KiB
/// alone, and 6.1 does not read a `char *` right.
std::vector<ArgumentSource> probe_kinds(ArgumentSource source, const std::vector<Fetch>& fetches,
                                        Files& files);

/// The definitions of the probes of a kind, as of model/tracefs/fetch.hpp and exec_probe.hpp. Throws
/// Error(feature_missing): no such probes, or no C library that uprobes can be put on. The README of some kernels
/// describes eprobes that they refuse (6.18 here).
std::vector<std::string> argument_probes(Files& files, const std::string& group, ArgumentSource kind,
                                         const std::vector<Fetch>& fetches);

/// The definition of the probe of model/tracefs/stack_probe.hpp, with a line for each place. Throws as above.
std::string stack_probe(Files& files, const std::string& group);

}  // namespace ftracectl
