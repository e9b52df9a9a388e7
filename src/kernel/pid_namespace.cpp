#include "kernel/pid_namespace.hpp"

#include <unistd.h>

#include <array>
#include <ftracectl/error.hpp>
#include <string_view>

#include "kernel/host_pid.hpp"

namespace ftracectl {

bool in_initial_pid_namespace() {
  // The number of the initial one is fixed: PROC_PID_INIT_INO, since 3.8.
  constexpr std::string_view initial = "pid:[4026531836]";
  std::array<char, 64> target;
  const ssize_t length = readlink("/proc/self/ns/pid", target.data(), target.size());
  if (length > 0) return std::string_view(target.data(), static_cast<std::size_t>(length)) == initial;
  // A /proc of a namespace that this process is not in has no "self"; without any, nothing speaks against.
  return access("/proc/mounts", F_OK) != 0 && access("/proc/1", F_OK) != 0;
}

namespace {

/// "here 100 is 5234 on the host, as /host/proc shows", for each that a /proc can tell.
std::string translations(const std::vector<std::int32_t>& pids) {
  std::string lines;
  std::string filter;
  for (const auto pid : pids) {
    const auto host = find_host_pid(pid);
    if (!host) continue;
    lines += "\npid " + std::to_string(pid) + " is " + std::to_string(host->pid) + " on the host, as " +
             host->shown_by + " shows";
    filter += (filter.empty() ? "common_pid==" : "||common_pid==") + std::to_string(host->pid);
  }
  return lines.empty() ? lines : lines + "\nto select by that: --filter '" + filter + "' --force";
}

}  // namespace

void require_initial_pid_namespace(const std::string& what, const std::vector<std::int32_t>& pids) {
  if (in_initial_pid_namespace()) return;
  throw Error(ErrorCode::pid_namespace,
              what +
                  " is not possible here: this is not the initial pid namespace\n"
                  "ftrace knows processes by their pids in the initial one, so others would be traced.\n"
                  "Run ftracectl on the host, or start the container with the host's pids (--pid=host, "
                  "hostPID)" +
                  translations(pids));
}

}  // namespace ftracectl
