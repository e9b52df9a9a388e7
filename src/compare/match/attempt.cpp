#include "compare/match/attempt.hpp"

#include <algorithm>

#include "compare/match/side.hpp"

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

void measure_texts(Side& side) {
  for (const Attempt& attempt : side.attempts) {
    if (attempt.filename) side.longest_filename = std::max(side.longest_filename, attempt.filename->size());
    if (!attempt.argv || attempt.argv_is_joined) continue;
    for (const auto argument : arguments_of(*attempt.argv))
      side.longest_argument = std::max(side.longest_argument, argument.size());
  }
}

}  // namespace ftracectl::compare
