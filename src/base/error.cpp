#include <array>
#include <cstring>
#include <ftracectl/error.hpp>

namespace ftracectl {

int exit_status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::usage:
      return exit_status::usage;
    case ErrorCode::not_mounted:
    case ErrorCode::not_readable:
    case ErrorCode::no_permission:
    case ErrorCode::denied_to_root:
    case ErrorCode::pid_namespace:
    case ErrorCode::feature_missing:
      return exit_status::impossible;
    case ErrorCode::failed:
    case ErrorCode::rejected:
    case ErrorCode::unknown_event:
    case ErrorCode::busy:
      break;
  }
  return exit_status::failed;
}

std::string errno_text(int system_errno) {
  char buffer[128];
  return strerror_r(system_errno, buffer, sizeof buffer);
}

std::string errno_name(int system_errno) {
  if (const char* name = strerrorname_np(system_errno)) return name;
  return "errno " + std::to_string(system_errno);
}

std::string result_error_name(std::int64_t result) {
  constexpr std::array<const char*, 6> internal = {"ERESTARTSYS", "ERESTARTNOINTR",        "ERESTARTNOHAND",
                                                   "ENOIOCTLCMD", "ERESTART_RESTARTBLOCK", "EPROBE_DEFER"};
  constexpr std::int64_t first_internal = 512;
  constexpr std::int64_t last_errno = 4095;
  if (result >= 0 || result < -last_errno)
    return "errno " + std::to_string(0 - static_cast<std::uint64_t>(result));
  const auto place = static_cast<std::size_t>(-result - first_internal);
  return -result >= first_internal && place < internal.size() ? internal[place]
                                                              : errno_name(static_cast<int>(-result));
}

std::string with_caret(const std::string& message, const std::string& line, std::size_t column) {
  return message + "\n  " + line + "\n  " + std::string(column, ' ') + "^";
}

}  // namespace ftracectl
