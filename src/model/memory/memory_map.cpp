#include "model/memory/memory_map.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace ftracectl {

namespace {

/// Takes the next word off the front of a line.
std::string_view take_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  const auto word = line.substr(0, line.find(' '));
  line.remove_prefix(word.size());
  return word;
}

/// The kernel writes a newline in a path as "\012", and nothing else in that way.
std::string unescaped(std::string_view text) {
  constexpr std::string_view newline = "\\012";
  std::string path;
  for (auto at = text.find(newline); at != std::string_view::npos; at = text.find(newline)) {
    path.append(text.substr(0, at)) += '\n';
    text.remove_prefix(at + newline.size());
  }
  return path.append(text);
}

std::optional<Mapping> parse_mapping(std::string_view line) {
  const auto range = take_word(line);
  const auto rights = take_word(line);
  const auto dash = range.find('-');
  if (dash == std::string_view::npos || rights.size() != 4 || rights[2] != 'x') return std::nullopt;
  const auto begin = parse_number<std::uint64_t>(range.substr(0, dash), 16);
  const auto end = parse_number<std::uint64_t>(range.substr(dash + 1), 16);
  const auto offset = parse_number<std::uint64_t>(take_word(line), 16);
  const auto device = take_word(line);
  const auto inode = parse_number<std::uint64_t>(take_word(line));
  if (!begin || !end || !offset || !inode || *begin >= *end) return std::nullopt;
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  return Mapping{*begin, *end, *offset, std::string(device), *inode, unescaped(line)};
}

}  // namespace

MemoryMap::MemoryMap(std::vector<Mapping> mappings) : mappings_(std::move(mappings)) {
  std::sort(mappings_.begin(), mappings_.end(),
            [](const Mapping& left, const Mapping& right) { return left.begin < right.begin; });
}

const Mapping* MemoryMap::find(std::uint64_t address) const {
  const auto behind =
      std::upper_bound(mappings_.begin(), mappings_.end(), address,
                       [](std::uint64_t wanted, const Mapping& mapping) { return wanted < mapping.begin; });
  if (behind == mappings_.begin()) return nullptr;
  const Mapping& mapping = *std::prev(behind);
  return mapping.contains(address) ? &mapping : nullptr;
}

MemoryMap parse_maps(std::string_view text) {
  std::vector<Mapping> mappings;
  for (const auto line : split_lines(text)) {
    if (auto mapping = parse_mapping(line)) mappings.push_back(std::move(*mapping));
  }
  return MemoryMap(std::move(mappings));
}

}  // namespace ftracectl
