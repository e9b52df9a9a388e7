#include "compare/match/later_names.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace ftracectl::compare {

namespace {

/// The kernel's name for who runs that file.
std::string_view name_of_file(std::string_view filename) {
  constexpr std::size_t longest = 15;
  return filename.substr(filename.rfind('/') + 1).substr(0, longest);
}

}  // namespace

LaterNames::LaterNames(const std::vector<Pair>& pairs, const Side& left, const Side& right) {
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (pairs[i].left != Pair::none) add(left.attempts[pairs[i].left], i);
    if (pairs[i].right != Pair::none) add(right.attempts[pairs[i].right], i);
  }
}

void LaterNames::add(const Attempt& attempt, std::size_t place) {
  if (attempt.kind != Attempt::Kind::exec || !attempt.is_success()) return;
  for (const std::int32_t task : {attempt.pid, attempt.tid}) {
    if (task < 0) continue;
    auto& names = names_[task];
    if (attempt.new_comm) names.push_back({place, trim(*attempt.new_comm)});
    if (attempt.filename) names.push_back({place, name_of_file(*attempt.filename)});
  }
}

bool LaterNames::has(const Attempt& attempt, const Attempt& other, std::size_t place) const {
  if (!attempt.comm) return false;
  const std::string_view comm = trim(*attempt.comm);
  for (const std::int32_t task : {attempt.pid, attempt.tid, other.pid, other.tid}) {
    const auto found = names_.find(task);
    if (task < 0 || found == names_.end()) continue;
    const auto begin = std::lower_bound(found->second.begin(), found->second.end(), place,
                                        [](const Name& name, std::size_t at) { return name.place < at; });
    constexpr std::ptrdiff_t most = 1000;
    const auto end = begin + std::min(found->second.end() - begin, most);
    if (std::any_of(begin, end, [&](const Name& name) { return name.name == comm; })) return true;
  }
  return false;
}

bool LaterNames::explain(const Pair& pair, std::size_t place, const Side& left, const Side& right) const {
  const Attempt& a = left.attempts[pair.left];
  const Attempt& b = right.attempts[pair.right];
  return has(a, b, place) || has(b, a, place);
}

}  // namespace ftracectl::compare
