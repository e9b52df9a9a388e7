#include "live/command_user.hpp"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <ftracectl/error.hpp>
#include <string_view>

#include "base/text.hpp"

namespace ftracectl {

namespace {

const passwd* look_up(const std::string& text) {
  if (!text.starts_with('#')) return getpwnam(text.c_str());
  const auto number = parse_number<uid_t>(std::string_view(text).substr(1));
  return number ? getpwuid(*number) : nullptr;
}

std::vector<gid_t> groups_of(const passwd& entry) {
  int count = 32;
  std::vector<gid_t> groups(static_cast<std::size_t>(count));
  while (getgrouplist(entry.pw_name, entry.pw_gid, groups.data(), &count) < 0) {
    const auto wanted = std::max(static_cast<std::size_t>(std::max(count, 0)), groups.size() * 2);
    groups.resize(wanted);
    count = static_cast<int>(wanted);
  }
  groups.resize(static_cast<std::size_t>(count));
  return groups;
}

/// The user's rights on files, for as long as it lives. There must be no way back to work with those.
class Rights {
 public:
  explicit Rights(const CommandUser& user) : gid_(getegid()), groups_(64) {
    int count = getgroups(static_cast<int>(groups_.size()), groups_.data());
    if (count < 0) {
      groups_.resize(static_cast<std::size_t>(std::max(getgroups(0, nullptr), 0)));
      count = getgroups(static_cast<int>(groups_.size()), groups_.data());
    }
    groups_.resize(static_cast<std::size_t>(std::max(count, 0)));
    const bool has_changed = setgroups(user.groups.size(), user.groups.data()) == 0 &&
                             setegid(user.gid) == 0 && seteuid(user.uid) == 0;
    if (has_changed) return;
    const int error = errno;
    go_back();
    throw Error(ErrorCode::no_permission, "--user: cannot become " + user.name + ": " + errno_text(error),
                error);
  }
  ~Rights() { go_back(); }
  Rights(const Rights&) = delete;
  Rights& operator=(const Rights&) = delete;

 private:
  void go_back() const {
    if (seteuid(0) != 0 || setegid(gid_) != 0 || setgroups(groups_.size(), groups_.data()) != 0) std::abort();
  }

  gid_t gid_;
  std::vector<gid_t> groups_;
};

}  // namespace

CommandUser find_command_user(const std::string& text) {
  const passwd* entry = look_up(text);
  if (entry == nullptr)
    throw Error(ErrorCode::usage, "--user: there is no user '" + text + "'; a number is written '#1000'");
  if (geteuid() != 0)
    throw Error(ErrorCode::no_permission, "--user: only root may run a command as another user");
  return {entry->pw_uid, entry->pw_gid, groups_of(*entry), entry->pw_name, entry->pw_dir, entry->pw_shell};
}

FoundProgram find_program_as(const CommandUser& user, const std::string& name,
                             const std::string& search_path) {
  const Rights rights(user);
  return find_program(name, search_path);
}

std::vector<std::string> environment_of(const CommandUser& user) {
  const std::array<std::string, 4> of_user = {"HOME=" + user.home,
                                              "SHELL=" + (user.shell.empty() ? "/bin/sh" : user.shell),
                                              "USER=" + user.name, "LOGNAME=" + user.name};
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text(*variable);
    const auto name = text.substr(0, std::min(text.find('='), text.size() - 1) + 1);
    const bool is_replaced =
        std::any_of(of_user.begin(), of_user.end(), [&](const auto& own) { return own.starts_with(name); });
    if (!is_replaced) variables.emplace_back(text);
  }
  variables.insert(variables.end(), of_user.begin(), of_user.end());
  return variables;
}

int become(const CommandUser& user) {
  const bool has_changed = setgroups(user.groups.size(), user.groups.data()) == 0 && setgid(user.gid) == 0 &&
                           setuid(user.uid) == 0;
  return has_changed ? 0 : errno;
}

}  // namespace ftracectl
