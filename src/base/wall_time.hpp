#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ftracectl {

/// What is to be added to a clock's nanoseconds to get those since 1970, give or take `bound_ns`.
struct WallOffset {
  std::int64_t offset_ns = 0;
  std::uint64_t bound_ns = 0;
  friend bool operator==(const WallOffset&, const WallOffset&) = default;
};

/// Somebody set the wall clock, or the machine slept.
struct ClockStep {
  std::uint64_t noticed_ns = 0;  ///< by the capture's clock: the offset holds from there on
  std::int64_t step_ns = 0;      ///< by how much the wall clock moved; back where it is negative
  WallOffset wall;               ///< since then
  friend bool operator==(const ClockStep&, const ClockStep&) = default;
};

/// "the wall clock was set 3600.000000 s back".
std::string step_text(const ClockStep& step);

/// Nanoseconds since 1970; nothing beyond what their number can hold, which only a file that was made up has.
inline std::optional<std::int64_t> wall_ns(std::uint64_t clock_ns, std::int64_t offset_ns) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(clock_ns, offset_ns, &sum)) return std::nullopt;
  return sum;
}

/// Turns a clock's times into those of the wall clock, before and after its steps.
class WallTimes {
 public:
  void start(const std::optional<WallOffset>& wall) {
    pieces_.clear();
    if (wall) pieces_.push_back({0, wall->offset_ns});
  }
  void step(const ClockStep& step) {
    if (std::ssize(pieces_) == most_pieces) pieces_.erase(pieces_.begin(), pieces_.begin() + most_pieces / 2);
    pieces_.push_back({step.noticed_ns, step.wall.offset_ns});
  }

  /// Nanoseconds since 1970; nothing where nobody has said what to add.
  std::optional<std::int64_t> at(std::uint64_t clock_ns) const {
    for (auto piece = pieces_.rbegin(); piece != pieces_.rend(); ++piece) {
      if (clock_ns >= piece->from_ns) return wall_ns(clock_ns, piece->offset_ns);
    }
    return std::nullopt;
  }

 private:
  /// A record never comes so late that more steps than these have been made meanwhile.
  static constexpr std::ptrdiff_t most_pieces = 64;

  struct Piece {
    std::uint64_t from_ns;
    std::int64_t offset_ns;
  };
  std::vector<Piece> pieces_;
};

/// Writes moments as RFC 3339 has them, in UTC with nanoseconds: "2026-11-28T11:34:00.123456789Z". Most are of the same
/// second as the one before.
class Rfc3339 {
 public:
  /// Valid until the next call. Outside of the years 0 to 9999: empty.
  std::string_view text(std::int64_t since_1970_ns);

 private:
  std::int64_t second_ = -1;
  std::string text_;
};

}  // namespace ftracectl
