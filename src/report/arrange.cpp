#include "report/arrange.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <unordered_map>

#include "records/path_search.hpp"

namespace ftracectl::report {

namespace {

/// Processes by pid, those of one pid by time.
class ByPid {
 public:
  explicit ByPid(const std::vector<Process>& processes) : processes_(processes), order_(processes.size()) {
    std::iota(order_.begin(), order_.end(), 0U);
    std::sort(order_.begin(), order_.end(), [&](std::uint32_t a, std::uint32_t b) {
      const Process& left = processes_[a];
      const Process& right = processes_[b];
      if (left.pid != right.pid) return left.pid < right.pid;
      return left.begin_ns != right.begin_ns ? left.begin_ns < right.begin_ns : a < b;
    });
  }

  /// The process with the child's ppid that was there when the child began, and the next one with that pid.
  struct Found {
    std::uint32_t at_work = none;
    std::uint32_t later = none;
  };
  Found parent_of(std::uint32_t child_number) const {
    const Process& child = processes_[child_number];
    const auto is_later = [&](std::uint32_t number) {
      const Process& other = processes_[number];
      if (other.pid != child.ppid) return other.pid > child.ppid;
      return other.begin_ns != child.begin_ns ? other.begin_ns > child.begin_ns : number >= child_number;
    };
    const auto later = std::partition_point(order_.begin(), order_.end(),
                                            [&](std::uint32_t number) { return !is_later(number); });
    Found found;
    if (later != order_.end() && processes_[*later].pid == child.ppid && *later != child_number)
      found.later = *later;
    if (later == order_.begin()) return found;
    const Process& before = processes_[*(later - 1)];
    const bool is_gone = before.end_known && child.begin_known && before.end_ns < child.begin_ns;
    if (before.pid == child.ppid && !is_gone) found.at_work = *(later - 1);
    return found;
  }

 private:
  const std::vector<Process>& processes_;
  std::vector<std::uint32_t> order_;
};

/// Parents of which no record tells, or only what they did later.
void add_parents(Run& run) {
  const ByPid by_pid(run.processes);
  std::unordered_map<std::int32_t, Process> unseen;
  std::vector<std::pair<std::uint32_t, std::int64_t>> earlier;
  for (std::uint32_t number = 0; number < run.processes.size(); ++number) {
    const Process& child = run.processes[number];
    if (child.ppid < 0) continue;
    const auto found = by_pid.parent_of(number);
    if (found.at_work != none) continue;
    if (found.later != none && !run.processes[found.later].begin_known &&
        run.processes[found.later].comm == child.comm) {
      earlier.emplace_back(found.later, child.begin_ns - 1);
      continue;
    }
    const auto [parent, is_new] = unseen.try_emplace(child.ppid);
    Process& process = parent->second;
    process.pid = child.ppid;
    process.begin_ns = process.end_ns = is_new ? child.begin_ns : std::min(process.begin_ns, child.begin_ns);
    if (is_new) process.comm = process.last_comm = child.comm;
    process.is_seen = false;
  }
  for (const auto& [number, begin_ns] : earlier)
    run.processes[number].begin_ns = std::min(run.processes[number].begin_ns, begin_ns);
  for (const auto& [pid, process] : unseen) run.processes.push_back(process);
}

void sort_processes(Run& run) {
  std::vector<std::uint32_t> order(run.processes.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const Process& left = run.processes[a];
    const Process& right = run.processes[b];
    if (left.begin_ns != right.begin_ns) return left.begin_ns < right.begin_ns;
    if (left.is_seen != right.is_seen) return !left.is_seen;
    return left.pid != right.pid ? left.pid < right.pid : a < b;
  });
  std::vector<Process> sorted;
  sorted.reserve(order.size());
  std::vector<std::uint32_t> place(order.size());
  for (const std::uint32_t number : order) {
    place[number] = static_cast<std::uint32_t>(sorted.size());
    sorted.push_back(run.processes[number]);
  }
  run.processes = std::move(sorted);
  for (auto& attempt : run.attempts) attempt.process = place[attempt.process];
  for (auto& happening : run.happenings)
    if (happening.process != none) happening.process = place[happening.process];
}

void find_parents(Run& run) {
  const ByPid by_pid(run.processes);
  for (std::uint32_t number = 0; number < run.processes.size(); ++number) {
    Process& process = run.processes[number];
    if (process.ppid >= 0) process.parent = by_pid.parent_of(number).at_work;
  }
}

void list_children(Run& run) {
  run.roots.clear();
  for (auto& process : run.processes) process.child_count = 0;
  for (std::uint32_t number = 0; number < run.processes.size(); ++number) {
    const std::uint32_t parent = run.processes[number].parent;
    if (parent == none) {
      run.roots.push_back(number);
    } else {
      ++run.processes[parent].child_count;
    }
  }
  std::uint32_t first = 0;
  for (auto& process : run.processes) {
    process.first_child = first;
    first += process.child_count;
    process.child_count = 0;
  }
  run.children.assign(first, 0);
  for (std::uint32_t number = 0; number < run.processes.size(); ++number) {
    if (run.processes[number].parent == none) continue;
    Process& parent = run.processes[run.processes[number].parent];
    run.children[parent.first_child + parent.child_count++] = number;
  }
}

void link_attempts(Run& run) {
  for (auto& process : run.processes) process.first_attempt = process.last_attempt = process.program = none;
  for (auto& attempt : run.attempts) attempt.next = none;
  std::stable_sort(run.attempts.begin(), run.attempts.end(),
                   [](const Attempt& a, const Attempt& b) { return a.begin_ns < b.begin_ns; });
  for (std::uint32_t number = 0; number < run.attempts.size(); ++number) {
    const Attempt& attempt = run.attempts[number];
    Process& process = run.processes[attempt.process];
    if (process.first_attempt == none) {
      process.first_attempt = number;
    } else {
      run.attempts[process.last_attempt].next = number;
    }
    process.last_attempt = number;
    if (attempt.status == ExecRecord::Status::ok) process.program = number;
  }
}

/// A process without a known end was there at least until its last attempt, and its children's beginnings.
void find_ends(Run& run) {
  for (std::size_t number = run.processes.size(); number-- > 0;) {
    Process& process = run.processes[number];
    if (!process.end_known && process.last_attempt != none)
      process.end_ns = std::max(process.end_ns, run.attempts[process.last_attempt].end_ns());
    process.end_ns = std::max(process.end_ns, process.begin_ns);
    run.begin_ns = std::min(run.begin_ns, process.begin_ns);
    run.end_ns = std::max(run.end_ns, process.end_ns);
    if (process.parent == none) continue;
    Process& parent = run.processes[process.parent];
    if (!parent.end_known) parent.end_ns = std::max(parent.end_ns, process.end_ns);
  }
}

bool is_same_search(const Run& run, const Attempt& first, const Attempt& before, const Attempt& attempt) {
  if (before.tid != attempt.tid || !before.is_failed() || !search_goes_on(before.error)) return false;
  if (attempt.filename == no_text || before.filename == no_text || attempt.argv != before.argv) return false;
  if (attempt.begin_ns - before.end_ns() > static_cast<std::int64_t>(longest_search_pause_ns)) return false;
  return is_next_of_search(run.texts.at(first.filename), run.texts.at(before.filename),
                           run.texts.at(attempt.filename));
}

void find_searches(Run& run, Process& process) {
  std::uint32_t first = process.first_attempt;
  std::uint32_t before = none;
  for (std::uint32_t number = first; number != none; before = number, number = run.attempts[number].next) {
    Attempt& attempt = run.attempts[number];
    if (before != none && is_same_search(run, run.attempts[first], run.attempts[before], attempt)) {
      constexpr std::uint16_t most = std::numeric_limits<std::uint16_t>::max();
      const std::uint16_t searched = run.attempts[before].searched;
      attempt.searched = static_cast<std::uint16_t>(searched == most ? most : searched + 1);
      run.attempts[before].is_superseded = true;
    } else {
      first = number;
    }
  }
  for (std::uint32_t number = process.first_attempt; number != none; number = run.attempts[number].next)
    if (run.attempts[number].is_failed() && !run.attempts[number].is_superseded) ++process.failures;
}

}  // namespace

void arrange(Run& run) {
  add_parents(run);
  sort_processes(run);
  link_attempts(run);
  find_parents(run);
  list_children(run);
  find_ends(run);
  for (auto& process : run.processes) find_searches(run, process);
}

void keep_descendants(Run& run, const std::vector<std::int32_t>& pids) {
  std::vector<std::uint32_t> place(run.processes.size(), none);
  std::vector<Process> kept;
  for (std::uint32_t number = 0; number < run.processes.size(); ++number) {
    Process process = run.processes[number];
    const std::uint32_t parent = process.parent == none ? none : place[process.parent];
    if (parent == none && std::find(pids.begin(), pids.end(), process.pid) == pids.end()) continue;
    process.parent = parent;
    place[number] = static_cast<std::uint32_t>(kept.size());
    kept.push_back(process);
  }
  run.processes = std::move(kept);
  std::erase_if(run.attempts, [&](const Attempt& attempt) { return place[attempt.process] == none; });
  for (auto& attempt : run.attempts) attempt.process = place[attempt.process];
  std::erase_if(run.happenings, [&](const Happening& happening) {
    return happening.process == none || place[happening.process] == none;
  });
  for (auto& happening : run.happenings) happening.process = place[happening.process];
  link_attempts(run);
  list_children(run);
}

std::uint64_t Run::lost() const {
  std::uint64_t sum = 0;
  for (const auto& loss : losses) sum += loss.count.value_or(1);
  return summary ? std::max(summary->lost, sum) : sum;
}

}  // namespace ftracectl::report
