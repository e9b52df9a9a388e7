#include "kernel/host_pid.hpp"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <ftracectl/mounts.hpp>
#include <memory>
#include <sstream>

#include "base/text.hpp"

namespace ftracectl {

namespace {

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string read_link(const std::string& path) {
  std::array<char, 64> target;
  const ssize_t length = readlink(path.c_str(), target.data(), target.size());
  return length > 0 ? std::string(target.data(), static_cast<std::size_t>(length)) : std::string();
}

/// Whether /proc/PID/stat has PF_KTHREAD among the task's flags:
///     2 (kthreadd) S 0 0 0 0 -1 2129984 0 ...
bool is_kernel_thread(std::string_view stat) {
  constexpr std::size_t flags_at = 7;  // words behind the name's ')'
  constexpr std::uint64_t kernel_thread = 0x00200000;
  const auto name_end = stat.rfind(')');
  if (name_end == std::string_view::npos) return false;
  const auto words = split(stat.substr(name_end + 1), ' ');
  const auto flags = words.size() > flags_at ? parse_number<std::uint64_t>(words[flags_at]) : std::nullopt;
  return flags && (*flags & kernel_thread) != 0;
}

std::vector<std::string> numbers_in(const std::string& folder) {
  std::vector<std::string> names;
  const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(folder.c_str()), ::closedir);
  while (const dirent* entry = open ? ::readdir(open.get()) : nullptr) {
    if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9') names.emplace_back(entry->d_name);
  }
  return names;
}

/// The mounts of /proc that belong to the initial pid namespace. Only that has kernel threads, and kthreadd is
/// always its 2; the links in /proc/1/ns are often forbidden.
std::vector<std::string> initial_procs() {
  std::vector<std::string> roots;
  for (const auto& mount : parse_mounts(read_text("/proc/mounts"))) {
    if (mount.type != "proc" || mount.hidden) continue;
    if (is_kernel_thread(read_text(mount.target + "/2/stat"))) roots.push_back(mount.target);
  }
  return roots;
}

std::optional<HostPid> find_below(const std::string& root, std::int64_t pid) {
  const std::size_t depth = parse_namespace_pids(read_text(root + "/self/status")).size();
  const std::string own = read_link(root + "/self/ns/pid");
  if (depth < 2 || own.empty()) return std::nullopt;
  for (const auto& process : numbers_in(root)) {
    const std::string tasks = root + "/" + process + "/task/";
    for (const auto& task : numbers_in(tasks)) {
      const auto pids = parse_namespace_pids(read_text(tasks + task + "/status"));
      const bool has_number = pids.size() == depth && pids.back() == pid;
      if (has_number && read_link(tasks + task + "/ns/pid") == own) return HostPid{pids.front(), root};
    }
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::int64_t> parse_namespace_pids(std::string_view status) {
  constexpr std::string_view key = "NSpid:";
  std::vector<std::int64_t> pids;
  for (const auto line : split_lines(status)) {
    if (!line.starts_with(key)) continue;
    for (const auto word : split(line.substr(key.size()), '\t')) {
      if (const auto pid = parse_number<std::int64_t>(trim(word))) pids.push_back(*pid);
    }
    break;
  }
  return pids;
}

std::optional<HostPid> find_host_pid(std::int64_t pid) {
  for (const auto& root : initial_procs()) {
    if (auto found = find_below(root, pid)) return found;
  }
  return std::nullopt;
}

}  // namespace ftracectl
