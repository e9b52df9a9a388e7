#pragma once

#include <cstdint>
#include <optional>

namespace ftracectl {

/// Stands in a file for records that found no room on the disk.
struct Unwritten {
  std::optional<std::uint64_t> noticed_ns;  ///< when there was room again, by the capture's clock
  std::uint64_t count = 0;                  ///< lines
};

}  // namespace ftracectl
