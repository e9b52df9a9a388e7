#pragma once

#include <ftracectl/error.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace ftracectl {

/// The error of a system call on a file of the tracing folder: "PATH: cannot be written: Permission denied",
/// and what to do. EACCES and EPERM mean different things to root and to others; an event or instance whose
/// folder has vanished meanwhile is said to be gone.
Error tracefs_error(const std::string& path, std::string_view what, int system_errno);

/// A tracefs that is mounted and shows nothing. `lockdown` as of read_lockdown().
Error empty_mount_error(const std::string& path, const std::optional<std::string>& lockdown);

/// A refused write of buffer_size_kb: what was asked for all cpus together, and what memory is free.
Error buffer_size_error(const std::string& path, std::string_view kb, std::size_t cpus, int system_errno);

/// The error of a filter or trigger that the kernel refused. `before` is the buffer's error_log as it read
/// before the write, `after` as it reads now, and `content` what the written file reads now.
///     PATH: the kernel refuses this filter: Field not found
///       nosuch==1
///             ^
struct RefusedWrite {
  std::string path;   ///< absolute, for the message
  std::string value;  ///< what was written
  int system_errno = 0;
  std::string log_before;
  std::string log_after;
  std::string content;
};
Error filter_error(const RefusedWrite& write);
Error trigger_error(const RefusedWrite& write);

}  // namespace ftracectl
