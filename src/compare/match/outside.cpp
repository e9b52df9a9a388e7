#include "compare/match/outside.hpp"

#include <algorithm>

namespace ftracectl::compare {

namespace {

/// Who stops a moment before the other one misses a few; who misses more of the same tasks has died, or hung.
constexpr std::uint64_t least_suspicious = 5;
constexpr std::uint64_t suspicious_part = 10;  // one of so many

const Attempt& seen_of(const Pair& pair, const Side& left, const Side& right) {
  return pair.left != Pair::none ? left.attempts[pair.left] : right.attempts[pair.right];
}

void add_tasks(std::unordered_set<std::int32_t>& tasks, const Attempt& attempt) {
  for (const std::int32_t task : {attempt.pid, attempt.tid, attempt.ppid}) {
    if (task >= 0) tasks.insert(task);
  }
}

/// The tasks that a side watched, and their parents, as far as both sides tell.
std::unordered_set<std::int32_t> watched_tasks(const Comparison& result, bool is_left, const Side& left,
                                               const Side& right) {
  std::unordered_set<std::int32_t> tasks;
  for (const Pair& pair : result.pairs) {
    if ((is_left ? pair.left : pair.right) == Pair::none) continue;
    if (pair.left != Pair::none) add_tasks(tasks, left.attempts[pair.left]);
    if (pair.right != Pair::none) add_tasks(tasks, right.attempts[pair.right]);
  }
  return tasks;
}

Outside count_side(const Comparison& result, bool is_left, const Side& left, const Side& right) {
  const auto& pairs = result.pairs;
  const auto is_matched = [](const Pair& pair) { return pair.is_matched(); };
  const auto first = std::find_if(pairs.begin(), pairs.end(), is_matched);
  const auto tasks = watched_tasks(result, !is_left, left, right);
  Outside outside;
  std::uint64_t watched = 0;
  for (auto pair = pairs.begin(); pair != pairs.end(); ++pair) {
    if ((is_left ? pair->left : pair->right) == Pair::none) continue;
    ++outside.of;
    if (pair->is_matched() || pair->reason != Reason::outside) continue;
    ++(pair < first ? outside.before : outside.behind);
    const Attempt& attempt = seen_of(*pair, left, right);
    if (attempt.ppid < 0 || is_in_family(tasks, attempt)) ++watched;
  }
  const bool is_word_of_end = is_left ? right.ended_in_order : left.ended_in_order;
  outside.is_suspicious =
      !is_word_of_end && watched >= least_suspicious && watched * suspicious_part >= outside.of;
  return outside;
}

}  // namespace

void count_outside(Comparison& result, const Side& left, const Side& right) {
  result.left_outside = count_side(result, true, left, right);
  result.right_outside = count_side(result, false, left, right);
}

}  // namespace ftracectl::compare
