#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ftracectl {

/// What of the machine and of this process decides whether tracing is possible.
struct Environment {
  std::string kernel;  ///< "6.1.0-18-amd64 x86_64"
  std::uint32_t uid = 0;
  std::string user;                     ///< its name, or the number
  bool has_sys_admin = false;           ///< CAP_SYS_ADMIN is in force
  std::optional<std::string> lockdown;  ///< "none", "integrity", "confidentiality"; nothing where unknown
  bool initial_pid_namespace = true;
  bool initial_user_namespace = true;
  std::vector<int> offline_cpus;             ///< the machine may have them and they are offline
  std::vector<std::string> container_signs;  ///< "/.dockerenv is there"
};

Environment read_environment();

/// The kernel's lockdown mode. Nothing where it does not say: it was built without, or securityfs is not
/// mounted. Source: /sys/kernel/security/lockdown.
std::optional<std::string> read_lockdown();

/// Why root may have been refused, and what to do, one reason a line; empty when nothing is known.
std::string why_root_is_refused(const Environment& environment);

/// What the folder's owner, group and mode let whom do.
struct FolderAccess {
  std::string owner;
  std::string group;
  unsigned mode = 0;          ///< of the folder
  unsigned pipe_mode = 0;     ///< of trace_pipe, which stands for what is read
  unsigned control_mode = 0;  ///< of tracing_on, which stands for what is written

  bool group_reads() const { return (mode & 0010U) != 0 && (pipe_mode & 0040U) != 0; }
  bool group_writes() const { return (mode & 0010U) != 0 && (control_mode & 0020U) != 0; }
  bool others_read() const { return (mode & 0001U) != 0 && (pipe_mode & 0004U) != 0; }
  bool others_write() const { return (mode & 0001U) != 0 && (control_mode & 0002U) != 0; }
};

/// "0750"
std::string octal_mode(unsigned mode);

/// Nothing when the folder cannot be looked at. The modes of files stay 0 where only they cannot.
std::optional<FolderAccess> read_folder_access(const std::string& root);

/// MemAvailable of /proc/meminfo.
std::optional<std::uint64_t> read_available_memory_kb();

/// Whether the running kernel has a function of this name, from /proc/kallsyms; nothing where that does not
/// tell.
std::optional<bool> kernel_has_function(const std::string& name);

}  // namespace ftracectl
