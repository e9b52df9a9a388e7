#include "output/path_searches.hpp"

#include <algorithm>

#include "records/path_search.hpp"

namespace ftracectl {

namespace {

/// More are not held: so many threads do not search at once.
constexpr std::size_t most_held = 64;

}  // namespace

/// A shell goes on after these. Whoever names a file with its folder does not search.
bool PathSearches::may_go_on(const ExecRecord& record) {
  if (record.status != ExecRecord::Status::failed || !record.ret || !record.filename) return false;
  if (!search_goes_on(-*record.ret)) return false;
  return !record.argv || record.argv->empty() || record.argv->front().find('/') == std::string::npos;
}

bool PathSearches::goes_on(const Held& held, const ExecRecord& record) {
  if (!record.filename || held.record.argv != record.argv) return false;
  return is_next_of_search(held.first, *held.record.filename, *record.filename);
}

void PathSearches::print_first() {
  print_(held_.front().record, held_.front().searched);
  held_.pop_front();
}

void PathSearches::let_go_until(const Timestamp& time) {
  while (!held_.empty()) {
    const Timestamp& first = held_.front().record.time;
    const bool can_tell = time.is_known && first.is_known && time.is_time;
    const bool is_old =
        can_tell && time.value > first.value && time.value - first.value > longest_search_pause_ns;
    if (!is_old && held_.size() <= most_held) return;
    print_first();
  }
}

void PathSearches::add(const ExecRecord& record) {
  unsigned searched = 0;
  std::string first = record.filename.value_or("");
  const auto held = std::find_if(held_.begin(), held_.end(),
                                 [&](const Held& other) { return other.record.tid == record.tid; });
  if (held != held_.end()) {
    if (goes_on(*held, record)) {
      searched = held->searched + 1;
      first = std::move(held->first);
    } else {
      print_(held->record, held->searched);
    }
    held_.erase(held);
  }
  if (!held_.empty()) let_go_until(record.time);
  if (may_go_on(record)) {
    held_.push_back({record, std::move(first), searched});
  } else {
    print_(record, searched);
  }
}

void PathSearches::let_go_of(std::int32_t pid) {
  for (auto held = held_.begin(); held != held_.end();) {
    if (held->record.pid == pid) print_(held->record, held->searched);
    held = held->record.pid == pid ? held_.erase(held) : std::next(held);
  }
}

void PathSearches::let_go() {
  while (!held_.empty()) print_first();
}

}  // namespace ftracectl
