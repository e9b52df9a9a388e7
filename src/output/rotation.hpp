#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace ftracectl {

/// When a file of records is full, and what becomes of those that were.
struct Rotation {
  std::uint64_t bytes = 0;              ///< a file has no more, unless a single record has; 0: any size
  std::chrono::milliseconds age{0};     ///< a file takes records for so long; 0: for ever
  std::optional<std::uint64_t> keep{};  ///< so many full files are kept; nothing: all of them
  enum class Compression { none, zstd } compression = Compression::none;

  bool is_wanted() const { return bytes > 0 || age.count() > 0; }
};

}  // namespace ftracectl
