#pragma once

#include <ftracectl/export.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ftracectl FTRACECTL_PUBLIC {

/// One line of /proc/mounts, with octal escapes (`\040`) resolved.
struct Mount {
  std::string source;
  std::string target;
  std::string type;
  std::string options;
  bool hidden = false;     ///< a later mount on the same folder, or on one above it, covers this one
  std::string root = "/";  ///< what of its file system is mounted; another folder for a bind mount of a part
};

/// Where the tracing files are, and how that is known.
struct TracefsMount {
  enum class Kind { tracefs, tracefs_in_debugfs, debugfs, private_mount };
  std::string path;  ///< the folder that holds `events` and `trace_pipe`
  Kind kind = Kind::tracefs;
};

/// Parses the text of /proc/mounts. Lines with fewer than four fields are left out.
std::vector<Mount> parse_mounts(std::string_view text);

/// Fills in `root`, which /proc/mounts does not show, from the text of /proc/self/mountinfo. Both files list
/// the same mounts in the same order; a mount that the other file lacks keeps its "/".
void add_roots(std::vector<Mount>& mounts, std::string_view mountinfo);

/// The mounts to use, the best first: a visible tracefs, then one that is mounted below a debugfs (its
/// `tracing` folder, mounted when first looked at), then the `tracing` folder of a visible debugfs. A mount of
/// a part, such as of one instance or of trace_marker, is none.
std::vector<TracefsMount> find_all_tracefs(const std::vector<Mount>& mounts);

/// The first of them.
std::optional<TracefsMount> find_tracefs(const std::vector<Mount>& mounts);

}  // namespace ftracectl
