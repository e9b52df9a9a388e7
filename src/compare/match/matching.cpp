#include "compare/match/matching.hpp"

#include <algorithm>
#include <limits>

#include "compare/match/align.hpp"

namespace ftracectl::compare {

namespace {

// Who prints late, or was held up, is late by less than that. Tasks' numbers come again much later.
constexpr std::int64_t tolerance_ns = 2'000'000'000;
constexpr std::int64_t least_spread_ns = 20'000;

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

/// How far from where that offset puts them things are seen on the right, for a sample of tasks.
std::vector<std::int64_t> distances(const std::vector<TaskTimes>& tasks, std::int64_t offset) {
  constexpr std::size_t most = 4000;
  std::vector<std::int64_t> found;
  for (const TaskTimes& task : tasks) {
    const std::size_t step = 1 + task.left.size() / 1000;
    for (std::size_t i = 0; i < task.left.size(); i += step) {
      const std::int64_t wanted = task.left[i] + offset;
      found.push_back(nearest(task.right, wanted) - wanted);
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

/// The offset that leaves the least to differ, in the middle.
Clocks estimate_clocks(const Side& left, const std::vector<Task>& left_tasks, const Side& right,
                       const std::vector<Task>& right_tasks) {
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
  }
  auto rest = distances(times, best);
  best += median_of(rest);
  const std::int64_t spread = median_size(distances(times, best));
  return {best, std::max({spread * 20, least_spread_ns, left.resolution_ns, right.resolution_ns})};
}

class Matcher {
 public:
  Matcher(const Side& left, const Side& right, Matching& matching)
      : left_(left), right_(right), matching_(matching) {}

  void match(const Task* a, const Task* b) {
    std::vector<std::pair<std::size_t, std::size_t>> matches;
    if (a != nullptr && b != nullptr) {
      matches = align(
          a->attempts.size(), b->attempts.size(),
          [&](std::size_t i, std::size_t j) { return cost(a->attempts[i], b->attempts[j]); },
          [&](std::size_t i, std::size_t j) { return order(a->attempts[i], b->attempts[j]); });
    }
    std::size_t i = 0;
    std::size_t j = 0;
    for (const auto& [matched_left, matched_right] : matches) {
      for (; i < matched_left; ++i) add(a->attempts[i], Pair::none);
      for (; j < matched_right; ++j) add(Pair::none, b->attempts[j]);
      add(a->attempts[i++], b->attempts[j++]);
    }
    for (; a != nullptr && i < a->attempts.size(); ++i) add(a->attempts[i], Pair::none);
    for (; b != nullptr && j < b->attempts.size(); ++j) add(Pair::none, b->attempts[j]);
  }

 private:
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

  void add(std::uint32_t left, std::uint32_t right) {
    Pair pair;
    pair.left = left;
    pair.right = right;
    matching_.pairs.push_back(pair);
  }

  const Side& left_;
  const Side& right_;
  Matching& matching_;
};

/// One that the other side lacks, ready to be looked up by what it says.
struct Lone {
  std::int64_t ts_ns;
  std::size_t pair;
};

bool is_alike(const Side& left, const Attempt& a, const Side& right, const Attempt& b) {
  if (a.kind != b.kind || a.kind == Attempt::Kind::end || texts_contradict(left, a, right, b)) return false;
  const auto fields = compare_fields(left, a, right, b);
  const auto agrees = [&](Field field) {
    return fields[static_cast<std::size_t>(field)].state == Verdict::State::agrees;
  };
  // The same file alone proves little: programs are run over and over.
  return agrees(Field::filename) || agrees(Field::argv);
}

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
