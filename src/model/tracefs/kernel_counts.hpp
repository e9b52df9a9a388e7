#pragma once

#include <cstdint>
#include <string_view>

namespace ftracectl {

/// What the kernel counted for a buffer. Source: per_cpu/cpuN/stats.
struct KernelCounts {
  std::uint64_t read = 0;            ///< "read events": handed out to readers
  std::uint64_t left = 0;            ///< "entries": not read yet
  std::uint64_t overrun = 0;         ///< overwritten before they were read
  std::uint64_t commit_overrun = 0;  ///< dropped inside interrupts that nested too deep
  std::uint64_t dropped = 0;         ///< "dropped events": the buffer was full and `overwrite` off

  std::uint64_t lost() const { return overrun + commit_overrun + dropped; }
};

/// What concerns a reader that came at `before`: what was counted since then or, where nobody had read
/// anything until then, all of it.
KernelCounts counts_of_reader(const KernelCounts& before, KernelCounts now);

/// How many events a reader lost between `before` and `now`. `told` is what LOST lines told it: a text that
/// can be forged, so the kernel's numbers bound it. Events dropped with `overwrite` off, or inside nested
/// interrupts, are told by no line, and neither is an overrun that nothing was printed after.
std::uint64_t lost_events(std::uint64_t told, const KernelCounts& before, const KernelCounts& now);

/// Adds the numbers of one cpu's stats file, lines of "NAME: NUMBER"; what is not named above is left out.
void add_stats(KernelCounts& counts, std::string_view text);

}  // namespace ftracectl
