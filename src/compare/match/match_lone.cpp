// What one side lacks, matched by what it says where the task's number cannot tell.
#include <algorithm>

#include "compare/match/matching.hpp"

namespace ftracectl::compare {

namespace {

/// One that the other side lacks, ready to be looked up by what it says.
struct Lone {
  std::int64_t ts_ns;
  std::size_t pair;
};

bool has_number(const Attempt& attempt) { return attempt.tid >= 0 || attempt.pid >= 0; }

/// Neither both processes nor both threads are known.
bool is_task_unknown(const Attempt& a, const Attempt& b) {
  return !(a.pid >= 0 && b.pid >= 0) && !(a.tid >= 0 && b.tid >= 0);
}

/// Attempts that one side lacks, in the order of their times.
std::vector<std::size_t> lone_pairs(const Matching& matching, const Side& side, bool is_left) {
  std::vector<std::size_t> lone;
  for (std::size_t i = 0; i < matching.pairs.size(); ++i) {
    const Pair& pair = matching.pairs[i];
    if (!pair.is_matched() && (is_left ? pair.left : pair.right) != Pair::none) lone.push_back(i);
  }
  const auto place = [&](std::size_t i) {
    const std::uint32_t index = is_left ? matching.pairs[i].left : matching.pairs[i].right;
    return std::pair(side.attempts[index].ts_ns.value_or(0), index);
  };
  std::sort(lone.begin(), lone.end(), [&](std::size_t a, std::size_t b) { return place(a) < place(b); });
  return lone;
}

/// The clocks, as what was matched tells them.
void learn_clocks(Matching& matching, const Side& left, const Side& right) {
  const auto offset = measure_offset(matching, left, right);
  if (matching.clocks.is_known() || !offset) return;
  const std::int64_t spread = std::max(offset->max - offset->median, offset->median - offset->min);
  matching.clocks = {offset->median,
                     std::max({spread, least_spread_ns, left.resolution_ns, right.resolution_ns})};
}

}  // namespace

void match_unnumbered(Matching& matching, const Side& left, const Side& right) {
  constexpr std::size_t look_ahead = 256;
  const auto lefts = lone_pairs(matching, left, true);
  const auto rights = lone_pairs(matching, right, false);
  std::vector<bool> gone(matching.pairs.size());
  std::size_t from = 0;
  for (const std::size_t i : lefts) {
    const Attempt& a = left.attempts[matching.pairs[i].left];
    for (std::size_t k = from; k < std::min(from + look_ahead, rights.size()); ++k) {
      const Attempt& b = right.attempts[matching.pairs[rights[k]].right];
      const bool is_possible =
          matching.clocks.is_known() ? !has_number(a) || !has_number(b) : is_task_unknown(a, b);
      const auto difference = matching.clocks.difference(a, b);
      if (gone[rights[k]] || !is_possible || !is_alike(left, a, right, b)) continue;
      if (difference && std::abs(*difference) > tolerance_ns + matching.clocks.spread_ns()) continue;
      matching.pairs[i].right = matching.pairs[rights[k]].right;
      gone[rights[k]] = true;
      from = k + 1;
      break;
    }
  }
  std::size_t at = 0;
  std::erase_if(matching.pairs, [&](const Pair&) { return gone[at++]; });
  learn_clocks(matching, left, right);
}

void match_across_tasks(Matching& matching, const Side& left, const Side& right) {
  if (!matching.clocks.is_known()) return;
  // Only what happened at about the same time is looked at, and not many.
  constexpr std::size_t most_looked_at = 64;
  constexpr std::int64_t least_reach_ns = 20'000'000;
  const std::int64_t reach = std::max(matching.clocks.spread_ns() * 4, least_reach_ns);
  std::vector<Lone> lefts;
  std::vector<Lone> rights;
  for (std::size_t i = 0; i < matching.pairs.size(); ++i) {
    const Pair& pair = matching.pairs[i];
    if (pair.is_matched() || pair.reason != Reason::unexplained) continue;
    if (pair.right == Pair::none) {
      if (const auto ts = left.attempts[pair.left].ts_ns) lefts.push_back({*ts, i});
    } else if (const auto ts = right.attempts[pair.right].ts_ns) {
      rights.push_back({matching.clocks.left_of(*ts), i});
    }
  }
  const auto by_time = [](const Lone& a, const Lone& b) { return a.ts_ns < b.ts_ns; };
  std::sort(lefts.begin(), lefts.end(), by_time);
  std::sort(rights.begin(), rights.end(), by_time);
  std::vector<bool> gone(matching.pairs.size());
  for (const Lone& lone : lefts) {
    auto other = std::lower_bound(rights.begin(), rights.end(), Lone{lone.ts_ns - reach, 0}, by_time);
    std::size_t best = matching.pairs.size();
    std::int64_t distance = reach + 1;
    for (std::size_t n = 0; other != rights.end() && other->ts_ns <= lone.ts_ns + reach && n < most_looked_at;
         ++n, ++other) {
      const std::int64_t difference = std::abs(other->ts_ns - lone.ts_ns);
      if (gone[other->pair] || difference >= distance) continue;
      if (!is_alike(left, left.attempts[matching.pairs[lone.pair].left], right,
                    right.attempts[matching.pairs[other->pair].right]))
        continue;
      best = other->pair;
      distance = difference;
    }
    if (best == matching.pairs.size()) continue;
    matching.pairs[lone.pair].right = matching.pairs[best].right;
    gone[best] = true;
  }
  std::size_t at = 0;
  std::erase_if(matching.pairs, [&](const Pair&) { return gone[at++]; });
}

}  // namespace ftracectl::compare
