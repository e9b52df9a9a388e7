#pragma once

#include <cstdint>
#include <optional>

namespace ftracectl::compare {

/// The latest moment, and the longest duration, that a text of another program is believed: 126 years. The sum and the
/// difference of two of them fit in 64 bits, whatever the text says.
inline constexpr std::int64_t latest_ns = 4'000'000'000'000'000'000;

/// The number as a time in nanoseconds; nothing where it cannot be one.
constexpr std::optional<std::int64_t> believed_ns(std::optional<std::int64_t> ns) {
  if (!ns || *ns < 0 || *ns > latest_ns) return std::nullopt;
  return ns;
}

/// `whole` units of `unit_ns`, and `rest_ns` behind the point.
constexpr std::optional<std::int64_t> believed_ns(std::int64_t whole, std::int64_t unit_ns,
                                                  std::int64_t rest_ns) {
  if (whole < 0 || whole > latest_ns / unit_ns) return std::nullopt;
  return believed_ns(whole * unit_ns + rest_ns);
}

}  // namespace ftracectl::compare
