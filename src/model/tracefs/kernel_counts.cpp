#include "model/tracefs/kernel_counts.hpp"

#include <algorithm>

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

KernelCounts counts_of_reader(const KernelCounts& before, KernelCounts now) {
  if (before.read == 0) return now;
  now.read -= std::min(now.read, before.read);
  now.overrun -= std::min(now.overrun, before.overrun);
  now.commit_overrun -= std::min(now.commit_overrun, before.commit_overrun);
  now.dropped -= std::min(now.dropped, before.dropped);
  return now;
}

std::uint64_t lost_events(std::uint64_t told, const KernelCounts& before, const KernelCounts& now) {
  const KernelCounts ours = counts_of_reader(before, now);
  // What is left to the next reader may have losses before it, which that one will be told.
  const std::uint64_t least = now.left == 0 ? ours.overrun : 0;
  const std::uint64_t overrun = std::clamp(told, least, std::max(least, now.overrun));
  return overrun + ours.commit_overrun + ours.dropped;
}

}  // namespace ftracectl
