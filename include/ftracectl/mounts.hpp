#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ftracectl {

/// One line of /proc/mounts, with octal escapes (`\040`) resolved.
struct Mount {
  std::string source;
  std::string target;
  std::string type;
  std::string options;
  bool hidden = false;  ///< a later mount on the same folder, or on one above it, covers this one
};

/// Where the tracing files are, and how that is known.
struct TracefsMount {
  enum class Kind { tracefs, tracefs_in_debugfs, debugfs };
  std::string path;  ///< the folder that holds `events` and `trace_pipe`
  Kind kind = Kind::tracefs;
};

/// Parses the text of /proc/mounts. Lines with fewer than four fields are left out.
std::vector<Mount> parse_mounts(std::string_view text);

/// The mount to use: a visible tracefs first, then one that is mounted below a debugfs (its `tracing`
/// folder, mounted when first looked at), then the `tracing` folder of a visible debugfs.
std::optional<TracefsMount> find_tracefs(const std::vector<Mount>& mounts);

}  // namespace ftracectl
