#include <algorithm>
#include <ftracectl/mounts.hpp>
#include <map>
#include <utility>

#include "base/text.hpp"

namespace ftracectl {

namespace {

bool is_octal(char c) { return c >= '0' && c <= '7'; }

/// The kernel writes blank, tab, newline, backslash and (since 5.x) '#' as a backslash and three octal
/// digits:
///     /mnt/with\040blank
std::string unescape(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool escaped = text[at] == '\\' && at + 3 < text.size() && text[at + 1] <= '3' &&
                         is_octal(text[at + 1]) && is_octal(text[at + 2]) && is_octal(text[at + 3]);
    if (!escaped) {
      plain += text[at];
      continue;
    }
    plain += static_cast<char>((text[at + 1] - '0') * 64 + (text[at + 2] - '0') * 8 + (text[at + 3] - '0'));
    at += 3;
  }
  return plain;
}

/// Whether `path` is `folder` or lies below it.
bool is_at_or_below(std::string_view path, std::string_view folder) {
  while (folder.ends_with('/')) folder.remove_suffix(1);
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

/// The folders that are mounted on, as a tree of their names: one walk along a path tells whether it, or a folder above
/// it, is among them, however many there are. (100,000 mounts are allowed to each namespace.)
class MountedFolders {
 public:
  bool covers(std::string_view path) {
    return walk(path, [&](std::size_t folder) { return is_mounted_[folder]; });
  }
  void add(std::string_view path) {
    std::size_t last = 0;
    walk(path, [&](std::size_t folder) {
      last = folder;
      return false;
    });
    is_mounted_[last] = true;
  }

 private:
  /// Goes from the root to `path`, until `visit` is true.
  template <typename Visit>
  bool walk(std::string_view path, Visit visit) {
    std::size_t folder = 0;
    if (visit(folder)) return true;
    for (const auto name : split(path, '/')) {
      if (name.empty()) continue;
      const auto [found, is_new] = folders_.try_emplace({folder, name}, is_mounted_.size());
      if (is_new) is_mounted_.push_back(false);
      folder = found->second;
      if (visit(folder)) return true;
    }
    return false;
  }

  std::map<std::pair<std::size_t, std::string_view>, std::size_t> folders_;
  std::vector<bool> is_mounted_ = {false};
};

/// Entries stand in the order of mounting: what comes later lies on top.
void mark_hidden(std::vector<Mount>& mounts) {
  MountedFolders later;
  for (auto mount = mounts.rbegin(); mount != mounts.rend(); ++mount) {
    mount->hidden = later.covers(mount->target);
    later.add(mount->target);
  }
}

bool is_below_debugfs(const Mount& mount, const std::vector<Mount>& mounts) {
  for (const auto& other : mounts) {
    if (other.type == "debugfs" && other.target != mount.target &&
        is_at_or_below(mount.target, other.target)) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::vector<Mount> parse_mounts(std::string_view text) {
  // tracefs /sys/kernel/tracing tracefs rw,nosuid,nodev,noexec,relatime 0 0
  std::vector<Mount> mounts;
  for (const auto line : split_lines(text)) {
    const auto words = split(line, ' ');
    if (words.size() < 4) continue;
    mounts.push_back({unescape(words[0]), unescape(words[1]), unescape(words[2]), unescape(words[3])});
  }
  mark_hidden(mounts);
  return mounts;
}

void add_roots(std::vector<Mount>& mounts, std::string_view mountinfo) {
  // 36 24 0:12 /instances/x /mnt/x rw,relatime shared:8 - tracefs tracefs rw
  struct Line {
    std::size_t number;
    std::string root;
  };
  std::map<std::pair<std::string, std::string>, std::vector<Line>> lines_of;  // by target and type
  std::size_t number = 0;
  for (const auto line : split_lines(mountinfo)) {
    ++number;
    const auto words = split(line, ' ');
    const auto dash = std::find(words.begin(), words.end(), "-");
    if (words.size() < 5 || words.end() - dash < 2) continue;
    lines_of[{unescape(words[4]), unescape(dash[1])}].push_back({number, unescape(words[3])});
  }
  // Both files have the same order.
  std::size_t last = 0;
  for (auto& mount : mounts) {
    const auto found = lines_of.find({mount.target, mount.type});
    if (found == lines_of.end()) continue;
    const auto line =
        std::upper_bound(found->second.begin(), found->second.end(), last,
                         [](std::size_t before, const Line& one) { return before < one.number; });
    if (line == found->second.end()) continue;
    mount.root = line->root;
    last = line->number;
  }
}

std::vector<TracefsMount> find_all_tracefs(const std::vector<Mount>& mounts) {
  using Kind = TracefsMount::Kind;
  std::vector<TracefsMount> found;
  for (const auto& mount : mounts) {
    if (mount.hidden || mount.root != "/") continue;
    if (mount.type == "tracefs") {
      found.push_back(
          {mount.target, is_below_debugfs(mount, mounts) ? Kind::tracefs_in_debugfs : Kind::tracefs});
    } else if (mount.type == "debugfs") {
      found.push_back({mount.target + "/tracing", Kind::debugfs});
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const TracefsMount& a, const TracefsMount& b) { return a.kind < b.kind; });
  return found;
}

std::optional<TracefsMount> find_tracefs(const std::vector<Mount>& mounts) {
  const auto found = find_all_tracefs(mounts);
  return found.empty() ? std::nullopt : std::optional(found.front());
}

}  // namespace ftracectl
