#pragma once

#include "compare/match/comparison.hpp"

namespace ftracectl::compare {

/// Two sides' clocks, held against each other.
class Clocks {
 public:
  Clocks() = default;
  /// `offset_ns`: right minus left; `spread_ns`: how much that varies.
  Clocks(std::int64_t offset_ns, std::int64_t spread_ns)
      : known_(true), offset_(offset_ns), spread_(spread_ns) {}

  bool is_known() const { return known_; }
  std::int64_t spread_ns() const { return spread_; }
  /// The right side's time by the left one's clock.
  std::int64_t left_of(std::int64_t right_ns) const { return right_ns - offset_; }
  /// How much later the right side says it was; nothing where one of them does not tell.
  std::optional<std::int64_t> difference(const Attempt& left, const Attempt& right) const;

 private:
  bool known_ = false;
  std::int64_t offset_ = 0;
  std::int64_t spread_ = 0;
};

/// Attempts of a side by their task, each task's in the order of time.
struct Task {
  std::uint64_t key = 0;
  std::vector<std::uint32_t> attempts;  ///< indices
};

// Who prints late, or was held up, is late by less than that. Tasks' numbers come again much later.
inline constexpr std::int64_t tolerance_ns = 2'000'000'000;
inline constexpr std::int64_t least_spread_ns = 20'000;

struct Matching {
  std::vector<Pair> pairs;  ///< those that one side lacks too
  Clocks clocks;
  bool by_tid = true;
};

/// Finds which attempts of the two sides are the same ones: by task, order, time and what they say. Leaves
/// out those whose bit in `skip_left` or `skip_right` is set.
Matching match_sides(const Side& left, const std::vector<bool>& skip_left, const Side& right,
                     const std::vector<bool>& skip_right);

/// Among those that one side lacks, finds the ones whose tasks cannot be held against each other: one side tells no
/// number at all, or one tells threads only and the other one processes only, and no task is on both sides.
void match_unnumbered(Matching& matching, const Side& left, const Side& right);

/// Among those that one side lacks, finds the ones that are the same but for the task's number, or for what
/// made them look different.
void match_across_tasks(Matching& matching, const Side& left, const Side& right);

/// The smallest, middle and largest difference between the times of what was matched.
std::optional<ClockOffset> measure_offset(const Matching& matching, const Side& left, const Side& right);

}  // namespace ftracectl::compare
