#pragma once

#include <cstdint>
#include <ftracectl/export.hpp>
#include <stdexcept>
#include <string>

namespace ftracectl FTRACECTL_PUBLIC {

/// What went wrong, one value for each thing a user would do something different about.
enum class ErrorCode {
  failed,           ///< anything else that did not work
  usage,            ///< the command line makes no sense
  rejected,         ///< a filter or trigger that the kernel refused, or would refuse
  unknown_event,    ///< no event of that name on this kernel
  busy,             ///< somebody else holds the instance or its trace_pipe
  not_mounted,      ///< no tracefs in /proc/mounts
  not_readable,     ///< tracefs is mounted, but is empty or cannot be read
  no_permission,    ///< not root
  denied_to_root,   ///< root, and refused all the same: lockdown or a container
  pid_namespace,    ///< pids here are not those that the kernel traces by
  feature_missing,  ///< this kernel cannot do it
};

/// The process exit codes, the same for every command.
namespace exit_status {
inline constexpr int ok = 0;
inline constexpr int failed = 1;
inline constexpr int usage = 2;
inline constexpr int differences = 3;       ///< `compare` found differences
inline constexpr int data_lost = 4;         ///< events were lost and --strict asked
inline constexpr int impossible = 5;        ///< not possible here: no mount, no permission, no such feature
inline constexpr int not_executable = 126;  ///< the command of `capture` was found and could not be started
inline constexpr int not_found = 127;       ///< the command of `capture` was not found
}  // namespace exit_status

int exit_status_of(ErrorCode code);

/// The one exception type. `what()` is the whole message for the user: the file, the user's own text, the
/// kernel's reason and what to do, as far as each is known; it may have several lines.
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message, int system_errno = 0)
      : std::runtime_error(message), code_(code), errno_(system_errno) {}

  ErrorCode code() const { return code_; }
  /// The errno of the system call that failed, 0 where none did.
  int system_errno() const { return errno_; }

 private:
  ErrorCode code_;
  int errno_;
};

/// The kernel's text for an errno, such as "No such file or directory".
std::string errno_text(int system_errno);

/// The symbolic name of an errno, such as "ENOENT"; "errno 999" for a number that has none.
std::string errno_name(int system_errno);

/// The name of a failed system call's result, -2: "ENOENT". Also the kernel's own that no program sees: a call that a
/// signal interrupts leaves with -512, "ERESTARTSYS" (include/linux/errno.h), and is begun again.
std::string result_error_name(std::int64_t result);

/// An error of a user's text: the message, then the line with a caret under the 0-based column.
///     unknown field
///       nosuch == 1
///       ^
std::string with_caret(const std::string& message, const std::string& line, std::size_t column);

}  // namespace ftracectl
