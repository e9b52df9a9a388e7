#include <algorithm>
#include <ftracectl/error.hpp>

#include "compare/match/comparison.hpp"
#include "compare/match/later_names.hpp"
#include "compare/match/outside.hpp"
#include "compare/match/reasons.hpp"

namespace ftracectl::compare {

namespace {

/// Which attempts of a side the other one could tell of at all, by their kind.
std::vector<bool> not_comparable(const Side& side, const Side& other, std::uint64_t& count) {
  std::vector<bool> skip(side.attempts.size());
  for (std::size_t i = 0; i < skip.size(); ++i) {
    const Attempt& attempt = side.attempts[i];
    const bool has_kind = attempt.kind == Attempt::Kind::exec ? other.has_execs : other.has_ends;
    // Counts have nothing but their number: what they do not count must not stand in the way.
    const bool is_counted = !other.is_counts || !other.shows || other.shows(attempt) == Shown::yes;
    skip[i] = !has_kind || !is_counted;
    if (skip[i]) count += attempt.count;
  }
  return skip;
}

void check(const Side& left, const Side& right) {
  if ((left.has_execs && right.has_execs) || (left.has_ends && right.has_ends)) return;
  throw Error(ErrorCode::failed,
              left.name + " has " + (left.has_execs ? "execs" : "ends of processes") + " only, " +
                  right.name + " has " + (right.has_execs ? "execs" : "ends of processes") +
                  ": there is nothing to compare\n'ftracectl capture --lifetime' records both");
}

/// In the order of time; where there is none, as the left side has it, then the right one.
void sort_by_time(std::vector<Pair>& pairs, const Side& left, const Side& right, const Clocks& clocks) {
  const auto time_of = [&](const Pair& pair) {
    if (pair.left != Pair::none) return left.attempts[pair.left].ts_ns.value_or(0);
    const auto ts = right.attempts[pair.right].ts_ns;
    return ts && clocks.is_known() ? clocks.left_of(*ts) : ts.value_or(0);
  };
  std::stable_sort(pairs.begin(), pairs.end(), [&](const Pair& a, const Pair& b) {
    return std::tuple(time_of(a), a.left, a.right) < std::tuple(time_of(b), b.left, b.right);
  });
}

/// Leaves only what belongs to these processes, or to their descendants.
void keep_family(std::vector<Pair>& pairs, Comparison& result, const Side& left, const Side& right,
                 const CompareOptions& options) {
  if (options.pid_trees.empty()) return;
  const auto family = family_of(options.pid_trees, left, right);
  std::erase_if(pairs, [&](const Pair& pair) {
    const bool is_left = pair.left != Pair::none && is_in_family(family, left.attempts[pair.left]);
    const bool is_right = pair.right != Pair::none && is_in_family(family, right.attempts[pair.right]);
    if (is_left || is_right) return false;
    if (pair.left != Pair::none) result.left_not_in_tree += pair.count;
    if (pair.right != Pair::none) result.right_not_in_tree += pair.count;
    return true;
  });
}

Verdict& verdict_of(Pair& pair, Field field) { return pair.fields[static_cast<std::size_t>(field)]; }

bool is_unexplained(const Verdict& verdict) {
  return verdict.state == Verdict::State::differs && verdict.reason == Reason::unexplained;
}

void compare_matched(std::vector<Pair>& pairs, const Side& left, const Side& right, Reasons& reasons) {
  for (Pair& pair : pairs) {
    if (pair.is_matched())
      pair.fields = compare_fields(left, left.attempts[pair.left], right, right.attempts[pair.right]);
  }
  const LaterNames names(pairs, left, right);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    Pair& pair = pairs[i];
    if (!pair.is_matched()) continue;
    Verdict& comm = verdict_of(pair, Field::comm);
    if (is_unexplained(comm) && names.explain(pair, i, left, right)) comm.reason = Reason::late_comm;
    reasons.explain_differences(pair);
  }
}

void count_fields(Comparison& result, const Pair& pair) {
  result.matched += pair.count;
  for (const Field field : all_fields) {
    const auto index = static_cast<std::size_t>(field);
    const Verdict& verdict = pair.fields[index];
    FieldCount& count = result.fields[index];
    if (verdict.state == Verdict::State::unknown) continue;
    count.compared += pair.count;
    if (verdict.state == Verdict::State::agrees) count.agreed += pair.count;
    if (verdict.state != Verdict::State::differs) continue;
    count.differ[static_cast<std::size_t>(verdict.reason)] += pair.count;
    count.details[static_cast<std::size_t>(verdict.detail)] += pair.count;
  }
}

std::unordered_set<std::int32_t> all_tasks(const Side& side) {
  std::unordered_set<std::int32_t> tasks;
  for (const Attempt& attempt : side.attempts) {
    tasks.insert(attempt.pid);
    tasks.insert(attempt.tid);
  }
  tasks.erase(-1);
  return tasks;
}

std::uint64_t count_strangers(const std::vector<Pair>& pairs, const Side& left, const Side& right) {
  const auto left_tasks = all_tasks(left);
  const auto right_tasks = all_tasks(right);
  std::uint64_t count = 0;
  for (const Pair& pair : pairs) {
    if (pair.is_matched() || pair.reason != Reason::unexplained) continue;
    const bool is_known = pair.right == Pair::none ? is_in_family(right_tasks, left.attempts[pair.left])
                                                   : is_in_family(left_tasks, right.attempts[pair.right]);
    if (!is_known) count += pair.count;
  }
  return count;
}

}  // namespace

Comparison compare_sides(const Side& left, const Side& right, const CompareOptions& options) {
  check(left, right);
  Comparison result;
  const auto skip_left = not_comparable(left, right, result.left_not_comparable);
  const auto skip_right = not_comparable(right, left, result.right_not_comparable);
  Matching matching = match_sides(left, skip_left, right, skip_right);
  match_unnumbered(matching, left, right);
  result.offset = measure_offset(matching, left, right);
  result.matched_by_tid = matching.by_tid;
  Reasons reasons(left, right, matching, options);
  keep_family(matching.pairs, result, left, right, options);
  sort_by_time(matching.pairs, left, right, matching.clocks);
  // What has a reason to be on one side only must not be matched with something that is merely alike.
  reasons.explain(matching.pairs);
  match_across_tasks(matching, left, right);
  result.pairs = std::move(matching.pairs);
  compare_matched(result.pairs, left, right, reasons);
  count_outside(result, left, right);
  for (const Pair& pair : result.pairs) {
    if (pair.is_matched()) {
      count_fields(result, pair);
    } else {
      auto& counts = pair.right == Pair::none ? result.left_only : result.right_only;
      counts[static_cast<std::size_t>(pair.reason)] += pair.count;
    }
  }
  if (result.unexplained() > 0) result.strangers = count_strangers(result.pairs, left, right);
  return result;
}

}  // namespace ftracectl::compare
