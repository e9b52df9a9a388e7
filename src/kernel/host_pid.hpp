#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ftracectl {

/// The pids of a task in the text of /proc/TID/status, from the namespace of that /proc to the task's own:
///     NSpid:  5234    100
/// Empty where the kernel (before 4.1) does not have the line.
std::vector<std::int64_t> parse_namespace_pids(std::string_view status);

/// A task's pid in the initial pid namespace, as ftrace has it.
struct HostPid {
  std::int64_t pid = 0;
  std::string shown_by;  ///< "/host/proc"
};

/// What the task `pid` of this process's pid namespace is in the initial one. Only a /proc of the initial
/// namespace can prove it, mounted where containers that watch their host have it (such as /host/proc), or
/// left in place when the namespace was made (unshare without --mount-proc). Nothing where there is none.
std::optional<HostPid> find_host_pid(std::int64_t pid);

}  // namespace ftracectl
