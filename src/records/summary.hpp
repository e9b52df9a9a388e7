#pragma once

#include <cstdint>
#include <optional>

#include "model/tracefs/kernel_counts.hpp"

namespace ftracectl {

/// What a run came to.
struct Summary {
  std::uint64_t records = 0;    ///< exec and event records
  std::uint64_t entries = 0;    ///< events and stack traces decoded
  std::uint64_t lost = 0;       ///< by the kernel's own count where there is one, else by its LOST lines
  std::uint64_t malformed = 0;  ///< lines
  std::uint64_t disturbed = 0;  ///< times that somebody did something to the buffer
  /// What keeps the sum of entries, malformed and lost from being what the kernel counted: others have read
  /// `taken`, and `forgotten` were read before somebody emptied the buffer, by which the counts begin anew.
  std::uint64_t taken = 0;
  std::uint64_t forgotten = 0;
  std::uint64_t execs_with_argv = 0;
  std::uint64_t execs = 0;
  double seconds = 0;
  std::optional<KernelCounts> kernel;
};

}  // namespace ftracectl
