#include "compare/match/align.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace ftracectl::compare {

namespace {

using Matches = std::vector<std::pair<std::size_t, std::size_t>>;

constexpr double sure = 0.5;
constexpr double apart = 2.0;

/// Equally many, and each surely belongs to the one in its place.
std::optional<Matches> match_in_order(std::size_t count, const MatchCost& cost) {
  Matches matches;
  matches.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (!(cost(i, i) < sure)) return std::nullopt;
    matches.emplace_back(i, i);
  }
  return matches;
}

/// The least cost over all alignments that do not stray further than a margin from the diagonal.
class Table {
 public:
  Table(std::size_t left, std::size_t right, std::size_t margin, SkipCosts skips)
      : skips_(skips),
        left_(left),
        right_(right),
        before_((left > right ? left - right : 0) + margin),
        width_(before_ + (right > left ? right - left : 0) + margin + 1),
        steps_((left + 1) * width_, Step::none) {}

  Matches solve(const MatchCost& cost) {
    std::vector<double> above(width_, infinite);
    std::vector<double> row(width_, infinite);
    for (std::size_t i = 0; i <= left_; ++i) {
      std::fill(row.begin(), row.end(), infinite);
      for (std::size_t k = 0; k < width_; ++k) {
        if (i + k < before_ || i + k - before_ > right_) continue;
        fill_cell(i, k, above, row, cost);
      }
      std::swap(above, row);
    }
    return walk_back();
  }

 private:
  enum class Step : char { none, match, skip_left, skip_right };
  static constexpr double infinite = std::numeric_limits<double>::infinity();

  /// Column k of row i stands for the right element i + k - before_.
  void fill_cell(std::size_t i, std::size_t k, const std::vector<double>& above, std::vector<double>& row,
                 const MatchCost& cost) {
    const std::size_t j = i + k - before_;
    Step& step = steps_[i * width_ + k];
    if (i == 0 && j == 0) {
      row[k] = 0;
      return;
    }
    const auto offer = [&](double value, Step how) {
      if (value < row[k]) {
        row[k] = value;
        step = how;
      }
    };
    if (i > 0 && j > 0 && above[k] < infinite) offer(above[k] + cost(i - 1, j - 1), Step::match);
    if (i > 0 && k + 1 < width_) offer(above[k + 1] + skips_.left, Step::skip_left);
    if (j > 0 && k > 0) offer(row[k - 1] + skips_.right, Step::skip_right);
  }

  Matches walk_back() const {
    Matches matches;
    std::size_t i = left_;
    std::size_t j = right_;
    while (i > 0 || j > 0) {
      switch (steps_[i * width_ + (j + before_ - i)]) {
        case Step::match:
          matches.emplace_back(--i, --j);
          break;
        case Step::skip_left:
          --i;
          break;
        case Step::skip_right:
          --j;
          break;
        case Step::none:
          return {};
      }
    }
    std::reverse(matches.begin(), matches.end());
    return matches;
  }

  SkipCosts skips_;
  std::size_t left_;
  std::size_t right_;
  std::size_t before_;
  std::size_t width_;
  std::vector<Step> steps_;
};

/// Each with the nearest one that belongs to it; what has none is left out, the earlier one first.
Matches match_greedily(std::size_t left, std::size_t right, const MatchCost& cost, const TimeOrder& order) {
  constexpr std::size_t look_ahead = 32;
  constexpr double good = 1.0;
  constexpr double better = 0.02;  // by so much at least, or two that stand close are taken for one another
  Matches matches;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < left && j < right) {
    const double here = cost(i, j);
    double best = here - better;
    std::size_t skip_left = 0;
    std::size_t skip_right = 0;
    const std::size_t far = here < sure / 4 ? 2 : look_ahead;
    for (std::size_t k = 1; k < far; ++k) {
      const double later_right = j + k < right ? cost(i, j + k) : apart;
      const double later_left = i + k < left ? cost(i + k, j) : apart;
      if (later_right < best)
        std::tie(best, skip_left, skip_right) = std::tuple(later_right, std::size_t{0}, k);
      if (later_left < best)
        std::tie(best, skip_left, skip_right) = std::tuple(later_left, k, std::size_t{0});
    }
    if (skip_left + skip_right > 0) {
      i += skip_left;
      j += skip_right;
    } else if (here < good) {
      matches.emplace_back(i++, j++);
    } else {
      const int first = order(i, j);
      if (first <= 0) ++i;
      if (first >= 0) ++j;
    }
  }
  return matches;
}

/// Elements of one side that have no partner.
std::vector<std::size_t> lone_of(const Matches& matches, std::size_t count, bool is_left) {
  std::vector<std::size_t> lone;
  std::size_t next = 0;
  for (const auto& [i, j] : matches) {
    for (; next < (is_left ? i : j); ++next) lone.push_back(next);
    ++next;
  }
  for (; next < count; ++next) lone.push_back(next);
  return lone;
}

/// Where the greedy one left out what hardly ever is left out, it may have been too greedy: what lies around
/// such a place is matched again, with the least cost.
void repair(Matches& matches, std::size_t left, std::size_t right, const MatchCost& cost, SkipCosts skips) {
  constexpr std::size_t around = 64;
  constexpr std::size_t most_places = 1000;
  constexpr std::size_t most_cells = 1'000'000;
  const bool is_left_rare = left - matches.size() < right - matches.size();
  const auto lone = lone_of(matches, is_left_rare ? left : right, is_left_rare);
  if (lone.size() > most_places) return;
  for (const std::size_t place : lone) {
    const auto behind = std::partition_point(matches.begin(), matches.end(), [&](const auto& match) {
      return (is_left_rare ? match.first : match.second) < place;
    });
    const auto at = static_cast<std::size_t>(behind - matches.begin());
    const std::size_t begin = at > around ? at - around : 0;
    const std::size_t end = std::min(at + around, matches.size());
    const auto [i, j] = begin > 0 ? matches[begin - 1] : std::pair(std::size_t(-1), std::size_t(-1));
    const auto [k, l] = end < matches.size() ? matches[end] : std::pair(left, right);
    const std::size_t first_left = i + 1;
    const std::size_t first_right = j + 1;
    const std::size_t rows = k - first_left;
    const std::size_t columns = l - first_right;
    if ((rows + 1) * (columns + 1) > most_cells) continue;
    auto better =
        Table(rows, columns, std::max(rows, columns), skips).solve([&](std::size_t a, std::size_t b) {
          return cost(first_left + a, first_right + b);
        });
    for (auto& [a, b] : better) {
      a += first_left;
      b += first_right;
    }
    const auto from = matches.erase(matches.begin() + static_cast<std::ptrdiff_t>(begin),
                                    matches.begin() + static_cast<std::ptrdiff_t>(end));
    matches.insert(from, better.begin(), better.end());
  }
}

}  // namespace

std::vector<std::pair<std::size_t, std::size_t>> align(std::size_t left_count, std::size_t right_count,
                                                       const MatchCost& cost, const TimeOrder& order,
                                                       SkipCosts skips) {
  constexpr std::size_t margin = 32;
  constexpr std::size_t most_cells = 40'000'000;
  if (left_count == 0 || right_count == 0) return {};
  if (left_count == right_count) {
    if (auto matches = match_in_order(left_count, cost)) return *std::move(matches);
  }
  const std::size_t difference = std::max(left_count, right_count) - std::min(left_count, right_count);
  if ((left_count + 1) * (difference + 2 * margin + 1) > most_cells) {
    Matches matches = match_greedily(left_count, right_count, cost, order);
    repair(matches, left_count, right_count, cost, skips);
    return matches;
  }
  return Table(left_count, right_count, margin, skips).solve(cost);
}

}  // namespace ftracectl::compare
