#include "compare/match/matching.hpp"

#include <algorithm>
#include <limits>
#include <unordered_set>
#include <utility>

#include "compare/match/align.hpp"

namespace ftracectl::compare {

namespace {

std::uint64_t key_of(const Attempt& attempt, bool by_tid) {
  const bool is_end = attempt.kind == Attempt::Kind::end;
  const std::int32_t first = by_tid && !is_end ? attempt.tid : attempt.pid;
  const std::int32_t second = by_tid && !is_end ? attempt.pid : attempt.tid;
  const auto number = static_cast<std::uint32_t>(first >= 0 ? first : second);
  return (std::uint64_t{is_end} << 32) | number;
}

std::vector<Task> tasks_of(const Side& side, const std::vector<bool>& skip, bool by_tid) {
  struct Entry {
    std::uint64_t key;
    std::int64_t ts_ns;
    std::uint32_t index;
  };
  std::vector<Entry> entries;
  entries.reserve(side.attempts.size());
  for (std::uint32_t i = 0; i < side.attempts.size(); ++i) {
    const Attempt& attempt = side.attempts[i];
    if (!skip[i]) entries.push_back({key_of(attempt, by_tid), attempt.ts_ns.value_or(0), i});
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.key, a.ts_ns, a.index) < std::tie(b.key, b.ts_ns, b.index);
  });
  std::vector<Task> tasks;
  for (const Entry& entry : entries) {
    if (tasks.empty() || tasks.back().key != entry.key) tasks.push_back({entry.key, {}});
    tasks.back().attempts.push_back(entry.index);
  }
  return tasks;
}

/// Calls with each task that is on both sides, or on one, in the order of their keys; null for none.
template <typename Visit>
void for_each_task(const std::vector<Task>& left, const std::vector<Task>& right, Visit visit) {
  auto a = left.begin();
  auto b = right.begin();
  while (a != left.end() || b != right.end()) {
    const bool take_left = a != left.end() && (b == right.end() || a->key <= b->key);
    const bool take_right = b != right.end() && (a == left.end() || b->key <= a->key);
    visit(take_left ? &*a : nullptr, take_right ? &*b : nullptr);
    if (take_left) ++a;
    if (take_right) ++b;
  }
}

std::int64_t median_of(std::vector<std::int64_t>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Times of one task on both sides, each in order.
struct TaskTimes {
  std::vector<std::int64_t> left;
  std::vector<std::int64_t> right;
};

std::vector<std::int64_t> times_of(const Side& side, const Task& task) {
  std::vector<std::int64_t> times;
  for (const std::uint32_t index : task.attempts) {
    if (const auto ts = side.attempts[index].ts_ns) times.push_back(*ts);
  }
  return times;
}

std::int64_t nearest(const std::vector<std::int64_t>& times, std::int64_t wanted) {
  const auto above = std::lower_bound(times.begin(), times.end(), wanted);
  if (above == times.end()) return times.back();
  if (above == times.begin() || *above - wanted < wanted - *(above - 1)) return *above;
  return *(above - 1);
}

/// How far each of the sparser side's times lies from the nearest one of the other side, for a sample of tasks. What
/// a loss took from one side has no partner: measured from the denser side, an offset that moves the few into the
/// middle of the many would be the best.
std::vector<std::int64_t> distances(const std::vector<TaskTimes>& tasks, std::int64_t offset) {
  constexpr std::size_t most = 4000;
  std::vector<std::int64_t> found;
  for (const TaskTimes& task : tasks) {
    const bool from_left = task.left.size() <= task.right.size();
    const auto& few = from_left ? task.left : task.right;
    const std::size_t step = 1 + few.size() / 1000;
    for (std::size_t i = 0; i < few.size(); i += step) {
      found.push_back(from_left ? nearest(task.right, few[i] + offset) - (few[i] + offset)
                                : few[i] - offset - nearest(task.left, few[i] - offset));
    }
    if (found.size() > most) break;
  }
  return found;
}

std::int64_t median_size(std::vector<std::int64_t> values) {
  for (std::int64_t& value : values) value = std::abs(value);
  return median_of(values);
}

/// What the offset may be: as the middle of all tasks that did equally much on both sides tells it, in their
/// order; as single tasks' first and last attempts tell it; and that it is one clock.
std::vector<std::int64_t> possible_offsets(const Side& left, const std::vector<Task>& left_tasks,
                                           const Side& right, const std::vector<Task>& right_tasks,
                                           std::vector<TaskTimes>& times) {
  constexpr std::size_t most_tasks = 2000;
  constexpr std::size_t most_candidates = 40;
  std::vector<std::int64_t> exact;
  std::vector<std::int64_t> candidates = {0};
  for_each_task(left_tasks, right_tasks, [&](const Task* a, const Task* b) {
    if (a == nullptr || b == nullptr) return;
    const bool is_even = a->attempts.size() == b->attempts.size();
    for (std::size_t i = 0; is_even && i < a->attempts.size(); ++i) {
      const Attempt& x = left.attempts[a->attempts[i]];
      const Attempt& y = right.attempts[b->attempts[i]];
      if (x.ts_ns && y.ts_ns && !texts_contradict(left, x, right, y)) exact.push_back(*y.ts_ns - *x.ts_ns);
    }
    if (times.size() >= most_tasks) return;
    TaskTimes both{times_of(left, *a), times_of(right, *b)};
    if (both.left.empty() || both.right.empty()) return;
    if (candidates.size() < most_candidates) {
      candidates.push_back(both.right.front() - both.left.front());
      candidates.push_back(both.right.back() - both.left.back());
    }
    times.push_back(std::move(both));
  });
  if (!exact.empty()) candidates.push_back(median_of(exact));
  return candidates;
}

/// The offset that leaves the least to differ, in the middle. Where a task does something every microsecond, any offset
/// finds a neighbour for everything: two clocks that can be one are one.
Clocks estimate_clocks(const Side& left, const std::vector<Task>& left_tasks, const Side& right,
                       const std::vector<Task>& right_tasks) {
  constexpr std::int64_t one_clock_ns = 200'000;  // as late as a tool in front, printing, makes the next one
  std::vector<TaskTimes> times;
  const auto candidates = possible_offsets(left, left_tasks, right, right_tasks, times);
  if (times.empty()) return {};
  std::int64_t best = 0;
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t candidate : candidates) {
    const std::int64_t size = median_size(distances(times, candidate));
    if (size >= least) continue;
    least = size;
    best = candidate;
    if (candidate == 0 && size <= one_clock_ns) break;
  }
  if (best != 0) {
    auto rest = distances(times, best);
    best += median_of(rest);
    least = median_size(distances(times, best));
  }
  return {best, std::max({least * 20, least_spread_ns, left.resolution_ns, right.resolution_ns})};
}

class Matcher {
 public:
  Matcher(const Side& left, const Side& right, Matching& matching)
      : left_(left),
        right_(right),
        matching_(matching),
        is_coarse_(std::max(left.resolution_ns, right.resolution_ns) >= 1'000'000) {}

  void match(const Task* a, const Task* b) {
    if (left_.is_counts || right_.is_counts) return match_counts(a, b);
    std::vector<std::uint32_t> left = a == nullptr ? std::vector<std::uint32_t>() : a->attempts;
    std::vector<std::uint32_t> right = b == nullptr ? std::vector<std::uint32_t>() : b->attempts;
    const auto matches = align(
        left.size(), right.size(), [&](std::size_t i, std::size_t j) { return cost(left[i], right[j]); },
        [&](std::size_t i, std::size_t j) { return order(left[i], right[j]); }, skips());
    std::vector<Pair> pairs;
    for (const auto& [i, j] : matches)
      pairs.push_back(pair_of(std::exchange(left[i], Pair::none), std::exchange(right[j], Pair::none)));
    for (const std::uint32_t index : left) {
      if (index != Pair::none) pairs.push_back(pair_of(index, Pair::none));
    }
    for (const std::uint32_t index : right) {
      if (index != Pair::none) pairs.push_back(pair_of(Pair::none, index));
    }
    if (is_coarse_ && pairs.size() > 1) put_in_order(pairs);
    matching_.pairs.insert(matching_.pairs.end(), pairs.begin(), pairs.end());
  }

 private:
  /// A counter knows no order: as many as both sides have are the same ones. Time and memory grow with the counters,
  /// not with what they count.
  void match_counts(const Task* a, const Task* b) {
    const std::vector<std::uint32_t> none;
    const auto& lefts = a != nullptr ? a->attempts : none;
    const auto& rights = b != nullptr ? b->attempts : none;
    auto left = lefts.begin();
    auto right = rights.begin();
    std::uint64_t left_used = 0;
    std::uint64_t right_used = 0;
    while (left != lefts.end() || right != rights.end()) {
      const std::uint64_t left_rest = left != lefts.end() ? left_.attempts[*left].count - left_used : 0;
      const std::uint64_t right_rest = right != rights.end() ? right_.attempts[*right].count - right_used : 0;
      const bool is_matched = left != lefts.end() && right != rights.end();
      const std::uint64_t count = is_matched ? std::min(left_rest, right_rest) : left_rest + right_rest;
      if (count > 0) {
        matching_.pairs.push_back(pair_of(left != lefts.end() ? *left : Pair::none,
                                          right != rights.end() ? *right : Pair::none, count));
      }
      left_used += count;
      right_used += count;
      if (left != lefts.end() && left_used >= left_.attempts[*left].count) {
        ++left;
        left_used = 0;
      }
      if (right != rights.end() && right_used >= right_.attempts[*right].count) {
        ++right;
        right_used = 0;
      }
    }
  }

  /// Where one side alone lost something, it is not to see what the other one did not.
  SkipCosts skips() const {
    constexpr double hardly_ever = 50;
    if (left_.losses.empty() == right_.losses.empty()) return {};
    return left_.losses.empty() ? SkipCosts{1, hardly_ever} : SkipCosts{hardly_ever, 1};
  }

  static constexpr double never = std::numeric_limits<double>::infinity();

  double cost(std::uint32_t left, std::uint32_t right) const {
    const Attempt& a = left_.attempts[left];
    const Attempt& b = right_.attempts[right];
    double sum = 0;
    if (const auto difference = matching_.clocks.difference(a, b)) {
      const double distance = static_cast<double>(std::abs(*difference));
      if (distance > static_cast<double>(tolerance_ns + matching_.clocks.spread_ns())) return never;
      sum += std::min(1.2, 0.25 * distance / static_cast<double>(matching_.clocks.spread_ns()));
    }
    if (a.ret && b.ret && *a.ret != *b.ret) {
      if (a.kind == Attempt::Kind::exec && (*a.ret == 0 || *b.ret == 0)) return never;
      sum += 0.6;
    }
    if (a.is_execveat != b.is_execveat && a.stages != 0 && b.stages != 0 &&
        (a.stages & b.stages & Attempt::enter) != 0)
      sum += 0.6;
    if (texts_contradict(left_, a, right_, b)) sum += 0.6;
    return std::min(sum, 1.9);
  }

  int order(std::uint32_t left, std::uint32_t right) const {
    const auto difference = matching_.clocks.difference(left_.attempts[left], right_.attempts[right]);
    if (!difference || *difference == 0) return 0;
    return *difference > 0 ? -1 : 1;
  }

  static Pair pair_of(std::uint32_t left, std::uint32_t right, std::uint64_t count = 1) {
    Pair pair;
    pair.count = count;
    pair.left = left;
    pair.right = right;
    return pair;
  }

  bool contradict(std::uint32_t left, std::uint32_t right) const {
    const Attempt& a = left_.attempts[left];
    const Attempt& b = right_.attempts[right];
    return (a.ret && b.ret && *a.ret != *b.ret) || texts_contradict(left_, a, right_, b);
  }

  /// Within one stamp of a clock that counts seconds, what a task did may stand in another order: there, what they say
  /// tells which are the same.
  void put_in_order(std::vector<Pair>& pairs) const {
    std::vector<std::uint32_t> lefts;
    std::vector<std::uint32_t> rights;
    constexpr std::size_t most = 2000;
    const auto is_doubtful = [&](const Pair& pair) {
      return !pair.is_matched() || contradict(pair.left, pair.right);
    };
    if (std::count_if(pairs.begin(), pairs.end(), is_doubtful) > static_cast<std::ptrdiff_t>(most)) return;
    std::vector<Pair> before;
    std::erase_if(pairs, [&](const Pair& pair) {
      if (!is_doubtful(pair)) return false;
      if (pair.left != Pair::none) lefts.push_back(pair.left);
      if (pair.right != Pair::none) rights.push_back(pair.right);
      before.push_back(pair);
      return true;
    });
    std::unordered_set<std::uint32_t> gone_left;
    std::unordered_set<std::uint32_t> gone_right;
    for (const std::uint32_t left : lefts) {
      const auto right = std::find_if(rights.begin(), rights.end(), [&](std::uint32_t index) {
        return gone_right.count(index) == 0 && cost(left, index) < never && is_at_same_moment(left, index) &&
               is_alike(left_, left_.attempts[left], right_, right_.attempts[index]) &&
               !contradict(left, index);
      });
      if (right == rights.end()) continue;
      gone_left.insert(left);
      gone_right.insert(*right);
      pairs.push_back(pair_of(left, *right));
    }
    for (Pair pair : before) {
      if (gone_left.count(pair.left) > 0) pair.left = Pair::none;
      if (gone_right.count(pair.right) > 0) pair.right = Pair::none;
      if (pair.left != Pair::none || pair.right != Pair::none) pairs.push_back(pair);
    }
  }

  bool is_at_same_moment(std::uint32_t left, std::uint32_t right) const {
    const auto difference = matching_.clocks.difference(left_.attempts[left], right_.attempts[right]);
    return !difference || std::abs(*difference) <= 2 * matching_.clocks.spread_ns();
  }

  const Side& left_;
  const Side& right_;
  Matching& matching_;
  bool is_coarse_;
};

}  // namespace

std::optional<std::int64_t> Clocks::difference(const Attempt& left, const Attempt& right) const {
  if (!known_ || !left.ts_ns || !right.ts_ns) return std::nullopt;
  return *right.ts_ns - offset_ - *left.ts_ns;
}

Matching match_sides(const Side& left, const std::vector<bool>& skip_left, const Side& right,
                     const std::vector<bool>& skip_right) {
  Matching matching;
  matching.by_tid = left.tells_tids && right.tells_tids;
  const auto left_tasks = tasks_of(left, skip_left, matching.by_tid);
  const auto right_tasks = tasks_of(right, skip_right, matching.by_tid);
  matching.clocks = estimate_clocks(left, left_tasks, right, right_tasks);
  Matcher matcher(left, right, matching);
  for_each_task(left_tasks, right_tasks, [&](const Task* a, const Task* b) { matcher.match(a, b); });
  return matching;
}

std::optional<ClockOffset> measure_offset(const Matching& matching, const Side& left, const Side& right) {
  std::vector<std::int64_t> differences;
  for (const Pair& pair : matching.pairs) {
    if (!pair.is_matched()) continue;
    const Attempt& a = left.attempts[pair.left];
    const Attempt& b = right.attempts[pair.right];
    if (a.ts_ns && b.ts_ns) differences.push_back(*b.ts_ns - *a.ts_ns);
  }
  if (differences.empty()) return std::nullopt;
  const auto [min, max] = std::minmax_element(differences.begin(), differences.end());
  ClockOffset offset{*min, 0, *max, differences.size()};
  offset.median = median_of(differences);
  return offset;
}

}  // namespace ftracectl::compare
