#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace ftracectl {

/// Whose a new file of records is, and who may read it.
struct FileRights {
  std::optional<uid_t> owner;  ///< nothing: ours
  std::optional<gid_t> group;
  mode_t mode = 0600;

  /// Throws Error(failed) with the path and the reason.
  void give_to(int fd, const std::string& path) const;
};

/// "syslog", "syslog:adm", ":adm", "#104:#4". A user alone leaves the group as it is. Throws Error(usage): no such user
/// or group.
void parse_owner(const std::string& text, FileRights& rights);

/// "0640". Throws Error(usage) for what is no mode, or lets a file be executed.
mode_t parse_file_mode(const std::string& text);

}  // namespace ftracectl
