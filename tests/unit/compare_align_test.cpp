#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

#include "compare/match/align.hpp"

using namespace ftracectl::compare;

namespace {

using Matches = std::vector<std::pair<std::size_t, std::size_t>>;

/// By their distance alone, one unit being worth nothing yet.
Matches align_numbers(const std::vector<double>& left, const std::vector<double>& right) {
  return align(
      left.size(), right.size(),
      [&](std::size_t i, std::size_t j) { return std::min(1.2, std::abs(left[i] - right[j]) / 20); },
      [&](std::size_t i, std::size_t j) { return left[i] < right[j]   ? -1
                                                 : left[i] > right[j] ? 1
                                                                      : 0; });
}

}  // namespace

TEST_CASE("compare: rows are aligned in order, what has no partner is left out") {
  CHECK(align_numbers({}, {1}).empty());
  CHECK(align_numbers({1, 2, 3}, {1, 2, 3}) == Matches{{0, 0}, {1, 1}, {2, 2}});
  CHECK(align_numbers({10, 20, 30, 40}, {10.5, 30.5, 40.5}) == Matches{{0, 0}, {2, 1}, {3, 2}});
  CHECK(align_numbers({20, 30}, {9, 20, 30, 52}) == Matches{{0, 1}, {1, 2}});
}

TEST_CASE("compare: what cannot be the same is not matched") {
  const auto never = [](std::size_t, std::size_t) { return std::numeric_limits<double>::infinity(); };
  CHECK(align(2, 2, never, [](std::size_t, std::size_t) { return 0; }).empty());
}

TEST_CASE("compare: one of many that stand close is found to be missing, and runs of them too") {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> jitter(-0.8, 0.8);
  std::vector<double> left;
  std::vector<double> right;
  constexpr std::size_t count = 20000;
  constexpr std::size_t missing = 12345;
  for (std::size_t i = 0; i < count; ++i) {
    left.push_back(static_cast<double>(i) * 10);
    if (i != missing) right.push_back(static_cast<double>(i) * 10 + jitter(random));
  }
  const auto matches = align_numbers(left, right);
  REQUIRE(matches.size() == count - 1);
  std::size_t wrong = 0;
  for (const auto& [i, j] : matches) wrong += i == (j < missing ? j : j + 1) ? 0U : 1U;
  CHECK(wrong == 0);

  // Too different for a table of all possibilities: matched one after the other.
  std::vector<double> sparse;
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < count; ++i) {
    if (i / 100 % 3 == 0) continue;
    kept.push_back(i);
    sparse.push_back(static_cast<double>(i) * 10 + jitter(random));
  }
  const auto greedy = align_numbers(left, sparse);
  REQUIRE(greedy.size() == kept.size());
  wrong = 0;
  for (const auto& [i, j] : greedy) wrong += i == kept[j] ? 0U : 1U;
  CHECK(wrong == 0);
}
