#pragma once

#include <string>

namespace ftracectl {

/// A mount of tracefs that only this process and those it forks can reach, and that goes with the last of them: it is
/// in no mount namespace and so in nobody's /proc/mounts. What is behind it is the kernel's one tracefs, with the same
/// instances and events as behind every other mount.
struct PrivateMount {
  std::string
      path;  ///< the folder, through a descriptor that is never closed: "/proc/self/fd/3"; empty on failure
  std::string fault;    ///< "fsopen: Operation not permitted"
  bool is_new = false;  ///< made by this call
};

/// Makes the mount, once in a process. Fails before Linux 5.2, without CAP_SYS_ADMIN, and where a filter of system
/// calls forbids it.
PrivateMount private_mount();

/// A path in messages: below a private mount "tracefs:/events/..." stands for "/proc/self/fd/3/events/...", which means
/// nothing to anybody else.
std::string shown_path(const std::string& path);

/// Whether the folder is that of a private mount.
bool is_private_mount(const std::string& root);

/// The folder in lines for a shell: where a private mount would be for everybody.
std::string shell_root(const std::string& root);

/// What takes a shell there; behind a line that mounts tracefs, where we have a private mount.
std::string shell_lines_to(const std::string& root);

/// The command that mounts tracefs for everybody.
inline constexpr const char* mount_command = "mount -t tracefs tracefs /sys/kernel/tracing";

}  // namespace ftracectl
