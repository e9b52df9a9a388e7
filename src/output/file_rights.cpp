#include "output/file_rights.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <ftracectl/error.hpp>

#include "base/text.hpp"

namespace ftracectl {

namespace {

/// The number in "#104".
std::optional<std::uint32_t> number_in(const std::string& text) {
  if (!text.starts_with('#')) return std::nullopt;
  return parse_number<std::uint32_t>(std::string_view(text).substr(1));
}

[[noreturn]] void fail(const char* what, const std::string& name) {
  throw Error(ErrorCode::usage,
              std::string("--owner: there is no ") + what + " '" + name + "'; a number is written '#1000'");
}

uid_t user_named(const std::string& name) {
  if (const auto number = number_in(name)) return *number;
  const passwd* entry = getpwnam(name.c_str());
  if (entry == nullptr) fail("user", name);
  return entry->pw_uid;
}

gid_t group_named(const std::string& name) {
  if (const auto number = number_in(name)) return *number;
  const group* entry = getgrnam(name.c_str());
  if (entry == nullptr) fail("group", name);
  return entry->gr_gid;
}

}  // namespace

void FileRights::give_to(int fd, const std::string& path) const {
  constexpr auto as_it_is = static_cast<uid_t>(-1);
  const bool is_to_be_given = owner || group;
  // The owner first: a change of owner takes bits away from the mode.
  if (is_to_be_given && fchown(fd, owner.value_or(as_it_is), group.value_or(as_it_is)) != 0) {
    const int error = errno;
    throw Error(ErrorCode::failed, path + ": cannot be given to another owner: " + errno_text(error), error);
  }
  if (fchmod(fd, mode) != 0)
    throw Error(ErrorCode::failed, path + ": cannot get its mode: " + errno_text(errno), errno);
}

void parse_owner(const std::string& text, FileRights& rights) {
  const auto colon = text.find(':');
  const std::string user = text.substr(0, colon);
  if (!user.empty()) rights.owner = user_named(user);
  if (colon != std::string::npos) rights.group = group_named(text.substr(colon + 1));
}

mode_t parse_file_mode(const std::string& text) {
  unsigned mode = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
  const bool is_mode = result.ec == std::errc{} && result.ptr == text.data() + text.size() && mode <= 0666 &&
                       (mode & 0111U) == 0 && (mode & 0200U) != 0;
  if (!is_mode)
    throw Error(ErrorCode::usage, "--mode " + text +
                                      ": give a mode in octal digits that lets the owner write and nobody "
                                      "execute, such as 0640");
  return mode;
}

}  // namespace ftracectl
