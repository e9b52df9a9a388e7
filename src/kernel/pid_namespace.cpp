#include "kernel/pid_namespace.hpp"

#include <unistd.h>

#include <array>
#include <ftracectl/error.hpp>
#include <string_view>

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

void require_initial_pid_namespace(const std::string& what) {
  if (in_initial_pid_namespace()) return;
  throw Error(
      ErrorCode::pid_namespace,
      what +
          " is not possible here: this is not the initial pid namespace\n"
          "ftrace knows processes by their pids in the initial one, which cannot be found out from inside:\n"
          "others would be traced. Run ftracectl on the host, or start the container with the host's pids\n"
          "(--pid=host, hostPID)");
}

}  // namespace ftracectl
