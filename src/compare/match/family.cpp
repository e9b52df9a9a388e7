#include <unordered_map>

#include "compare/match/comparison.hpp"

namespace ftracectl::compare {

namespace {

using Children = std::unordered_multimap<std::int32_t, std::int32_t>;

void add_children(Children& children, const Side& side) {
  for (const Fork& fork : side.forks) children.emplace(fork.parent, fork.child);
  for (const Attempt& attempt : side.attempts) {
    if (attempt.ppid > 0 && attempt.pid > 0) children.emplace(attempt.ppid, attempt.pid);
    if (attempt.pid > 0 && attempt.tid > 0 && attempt.tid != attempt.pid)
      children.emplace(attempt.pid, attempt.tid);
  }
}

}  // namespace

std::unordered_set<std::int32_t> family_of(const std::vector<std::int32_t>& roots, const Side& left,
                                           const Side& right) {
  Children children;
  add_children(children, left);
  add_children(children, right);
  std::unordered_set<std::int32_t> family(roots.begin(), roots.end());
  std::vector<std::int32_t> to_do = roots;
  while (!to_do.empty()) {
    const auto [begin, end] = children.equal_range(to_do.back());
    to_do.pop_back();
    for (auto child = begin; child != end; ++child) {
      if (family.insert(child->second).second) to_do.push_back(child->second);
    }
  }
  return family;
}

bool is_in_family(const std::unordered_set<std::int32_t>& family, const Attempt& attempt) {
  return family.count(attempt.pid) > 0 || family.count(attempt.tid) > 0 || family.count(attempt.ppid) > 0;
}

}  // namespace ftracectl::compare
