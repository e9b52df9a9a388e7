#include "compare/match/attempt.hpp"

#include <algorithm>

namespace ftracectl::compare {

std::string_view TextStore::keep(std::string_view text) {
  if (blocks_.empty() || blocks_.back().capacity() - blocks_.back().size() < text.size()) {
    blocks_.emplace_back().reserve(std::max(block_size, text.size() + 1));
  }
  std::string& block = blocks_.back();
  const std::size_t at = block.size();
  block.append(text);  // within its capacity: nothing moves
  return {block.data() + at, text.size()};
}

std::vector<std::string_view> arguments_of(std::string_view argv) {
  std::vector<std::string_view> arguments;
  while (!argv.empty()) {
    const auto end = std::min(argv.find('\0'), argv.size());
    arguments.push_back(argv.substr(0, end));
    argv.remove_prefix(std::min(end + 1, argv.size()));
  }
  return arguments;
}

}  // namespace ftracectl::compare
