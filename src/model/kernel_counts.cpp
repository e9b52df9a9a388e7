#include "model/kernel_counts.hpp"

#include "base/text.hpp"

namespace ftracectl {

void add_stats(KernelCounts& counts, std::string_view text) {
  for (const auto line : split_lines(text)) {
    const auto colon = line.find(": ");
    if (colon == std::string_view::npos) continue;
    const auto name = line.substr(0, colon);
    const auto number = parse_number<std::uint64_t>(trim(line.substr(colon + 2))).value_or(0);
    if (name == "read events") counts.read += number;
    if (name == "entries") counts.left += number;
    if (name == "overrun") counts.overrun += number;
    if (name == "commit overrun") counts.commit_overrun += number;
    if (name == "dropped events") counts.dropped += number;
  }
}

}  // namespace ftracectl
