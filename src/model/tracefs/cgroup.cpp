#include "model/tracefs/cgroup.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace ftracectl {

namespace {

/// What the kernel puts behind the path of a cgroup that was removed.
constexpr std::string_view removed_mark = " (deleted)";
constexpr std::size_t id_length = 64;

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool take_suffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

/// systemd writes bytes that mean something to it as "\x2d".
std::string without_escapes(std::string_view name) {
  std::string plain;
  while (!name.empty()) {
    const auto digits = name.starts_with("\\x") ? name.substr(2, 2) : std::string_view();
    const auto byte = digits.size() == 2 ? parse_number<unsigned>(digits, 16) : std::nullopt;
    plain += byte ? static_cast<char>(*byte) : name.front();
    name.remove_prefix(byte ? 4 : 1);
  }
  return plain;
}

/// "ID", "docker-ID.scope", "libpod-ID", "…podUID.slice:cri-containerd:ID"
std::optional<std::string> id_in(std::string_view name) {
  take_suffix(name, ".scope");
  if (name.size() < id_length || name.find("conmon") != std::string_view::npos) return std::nullopt;
  const auto id = name.substr(name.size() - id_length);
  const auto before = name.substr(0, name.size() - id_length);
  if (!before.empty() && before.back() != '-' && before.back() != ':') return std::nullopt;
  if (!std::all_of(id.begin(), id.end(), is_hex)) return std::nullopt;
  return std::string(id);
}

/// A name that a runtime puts into one folder's name.
std::optional<std::string> name_in(std::string_view folder) {
  if (take_prefix(folder, "lxc.payload.")) return std::string(folder);
  if (take_prefix(folder, "systemd-nspawn@") && take_suffix(folder, ".service"))
    return without_escapes(folder);
  // libvirt's are virtual machines.
  if (take_prefix(folder, "machine-") && take_suffix(folder, ".scope") && !folder.starts_with("qemu\\x2d"))
    return without_escapes(folder);
  return std::nullopt;
}

}  // namespace

std::optional<std::string> parse_cgroup(std::string_view text) {
  std::optional<std::string> best;
  int best_rank = -1;
  for (const auto line : split_lines(text)) {
    const auto first = line.find(':');
    const auto second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos || !line.substr(second + 1).starts_with('/')) continue;
    const auto path = line.substr(second + 1);
    const auto controllers = line.substr(first + 1, second - first - 1);
    const int rank = path == "/" ? 0 : line.starts_with("0::") ? 3 : controllers == "name=systemd" ? 2 : 1;
    if (rank <= best_rank) continue;
    best_rank = rank;
    best = std::string(path);
  }
  return best;
}

std::optional<std::string> container_of_cgroup(std::string_view path) {
  take_suffix(path, removed_mark);
  std::optional<std::string> innermost;
  std::string_view parent;
  for (const auto folder : split(path, '/')) {
    auto found = id_in(folder);
    if (!found) found = name_in(folder);
    if (!found && !folder.empty() && (parent == "lxc" || parent == "lxc.payload"))
      found = std::string(folder);
    if (found && !found->empty()) innermost = std::move(found);
    parent = folder;
  }
  return innermost;
}

}  // namespace ftracectl
