#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace ftracectl::compare {

/// What matching two elements costs, which stand in order on their sides: 0 where they are surely the same.
/// To leave one out costs 1, so that two go together below 2. Infinite where they cannot be the same.
using MatchCost = std::function<double(std::size_t left, std::size_t right)>;
/// Which of the two was first: negative for the left one, positive for the right one, 0 where nobody knows.
using TimeOrder = std::function<int(std::size_t left, std::size_t right)>;

/// What leaving an element out costs: more where the other side has no loss, so that it should have seen it.
struct SkipCosts {
  double left = 1;
  double right = 1;
};

/// Finds which of two rows of elements belong together, keeping their order, with the least cost. Rows that
/// are too long and too different for that are matched greedily, each with the next one near enough.
std::vector<std::pair<std::size_t, std::size_t>> align(std::size_t left_count, std::size_t right_count,
                                                       const MatchCost& cost, const TimeOrder& order,
                                                       SkipCosts skips = {});

}  // namespace ftracectl::compare
