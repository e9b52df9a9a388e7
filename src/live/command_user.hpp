#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "live/command.hpp"

namespace ftracectl {

/// Whom a command runs as.
struct CommandUser {
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;
  std::string name;
  std::string home;
  std::string shell;
};

/// A name, or "#1000" as sudo takes it. Throws Error(usage) where there is no such user, Error(no_permission)
/// where we are not root.
CommandUser find_command_user(const std::string& text);

/// find_program() with that user's rights: what only root may execute is not found for others.
FoundProgram find_program_as(const CommandUser& user, const std::string& name,
                             const std::string& search_path);

/// Our environment with the user's HOME, SHELL, USER and LOGNAME: "NAME=VALUE" each.
std::vector<std::string> environment_of(const CommandUser& user);

/// Becomes the user, for good. Calls nothing that a forked child may not. Gives 0 or the errno.
int become(const CommandUser& user);

}  // namespace ftracectl
