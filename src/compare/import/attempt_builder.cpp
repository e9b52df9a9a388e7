#include "compare/import/attempt_builder.hpp"

#include <algorithm>

namespace ftracectl::compare {

void AttemptBuilder::add(const Sighting& sighting) {
  if (!sighting.ts_ns) return take(sighting);
  side_.saw(*sighting.ts_ns);
  const std::int64_t ts_ns = *sighting.ts_ns;
  constexpr std::int32_t most_cpus = 1024;
  const auto cpus = static_cast<std::size_t>(std::clamp(sighting.cpu + 1, 1, most_cpus));
  window_ = std::max(window_, cpus * window_of_cpu);
  auto place = static_cast<std::uint32_t>(places_.size());
  if (free_places_.empty()) {
    places_.push_back(sighting);
  } else {
    place = free_places_.back();
    free_places_.pop_back();
    places_[place] = sighting;
  }
  waiting_.push({ts_ns, next_number_++, place});
  if (waiting_.size() > window_) take_earliest();
}

void AttemptBuilder::take_earliest() {
  const std::uint32_t place = waiting_.top().place;
  waiting_.pop();
  free_places_.push_back(place);
  take(places_[place]);
}

void AttemptBuilder::finish() {
  while (!waiting_.empty()) take_earliest();
  for (auto& [tid, open] : open_) close(open);
  open_.clear();
}

void AttemptBuilder::take(const Sighting& sighting) {
  switch (sighting.what) {
    case Sighting::What::enter:
      return on_enter(sighting);
    case Sighting::What::argument:
    case Sighting::What::argument_count:
      return on_argument(sighting);
    case Sighting::What::exec:
      return on_exec(sighting);
    case Sighting::What::exit:
      return on_exit(sighting);
  }
}

AttemptBuilder::Open& AttemptBuilder::begin(const Sighting& sighting) {
  Open& open = open_[sighting.tid];
  close(open);
  open = {side_.attempts.size(), {}, {}};
  last_[sighting.tid] = open.index;
  Attempt& attempt = side_.attempts.emplace_back();
  attempt.ts_ns = sighting.ts_ns;
  attempt.tid = sighting.tid;
  attempt.pid = sighting.pid;
  attempt.ppid = sighting.ppid;
  attempt.cpu = sighting.cpu;
  attempt.is_execveat = sighting.is_execveat;
  attempt.line = sighting.line;
  return open;
}

Attempt* AttemptBuilder::find_same_moment(const Sighting& sighting, std::uint8_t stage) {
  const auto found = last_.find(sighting.tid);
  if (!sighting.ts_ns || found == last_.end()) return nullptr;
  Attempt& attempt = side_.attempts[found->second];
  return attempt.ts_ns == sighting.ts_ns && (attempt.stages & stage) == 0 ? &attempt : nullptr;
}

void AttemptBuilder::on_enter(const Sighting& sighting) {
  Attempt* seen = find_same_moment(sighting, Attempt::enter);
  Attempt& attempt = seen != nullptr ? *seen : side_.attempts[begin(sighting).index];
  attempt.stages |= Attempt::enter;
  if (!attempt.filename_is_exec) attempt.filename = sighting.text;
  attempt.is_execveat = sighting.is_execveat;
  attempt.filename_is_cut = sighting.is_cut;
  attempt.comm = sighting.comm;
  attempt.argv = sighting.argv;
  attempt.argv_is_cut = sighting.is_argv_cut;
  attempt.argv_is_joined = sighting.argv_is_joined;
  attempt.cut_arguments = sighting.cut_arguments;
  if (sighting.pid >= 0 && sighting.pid != sighting.tid) open_thread_[sighting.pid] = sighting.tid;
}

void AttemptBuilder::on_argument(const Sighting& sighting) {
  auto found = open_.find(sighting.tid);
  // Its attempt's own event was lost: what is known of it begins here.
  Open& open = found != open_.end() ? found->second : begin(sighting);
  if (sighting.what == Sighting::What::argument_count) {
    open.argument_count = sighting.number;
    if (sighting.is_cut) side_.attempts[open.index].argv_is_cut = true;
  } else if (sighting.text) {
    open.arguments.emplace_back(sighting.number, *sighting.text);
  }
}

/// The attempt that a thread is in. By the thread group where the source did not tell of an exec: a thread
/// that execs ends up with the number of its group.
std::unordered_map<std::int32_t, AttemptBuilder::Open>::iterator AttemptBuilder::find_open(std::int32_t tid,
                                                                                           std::int32_t pid) {
  auto found = open_.find(tid);
  if (found != open_.end() || (pid >= 0 && pid != tid)) return found;
  const auto thread = open_thread_.find(tid);
  return thread == open_thread_.end() ? found : open_.find(thread->second);
}

void AttemptBuilder::on_exec(const Sighting& sighting) {
  auto found = find_open(sighting.old_tid >= 0 ? sighting.old_tid : sighting.tid, sighting.tid);
  // One that has run already is over, its exit not told.
  if (found != open_.end() && (side_.attempts[found->second.index].stages & Attempt::exec) != 0) {
    close(found->second);
    open_.erase(found);
    found = open_.end();
  }
  Attempt* seen = found == open_.end() ? find_same_moment(sighting, Attempt::exec) : nullptr;
  if (seen != nullptr && seen->ret == 0) {
    seen->stages |= Attempt::exec;
    seen->new_comm = sighting.comm;
    if (sighting.text && !sighting.text->empty()) seen->filename = sighting.text;
    return;
  }
  if (found == open_.end()) {
    begin(sighting);
    found = open_.find(sighting.tid);
    if (sighting.old_tid >= 0) side_.attempts[found->second.index].tid = sighting.old_tid;
  }
  Attempt& attempt = side_.attempts[found->second.index];
  attempt.stages |= Attempt::exec;
  attempt.pid = sighting.tid;
  attempt.by_thread = attempt.tid != sighting.tid;
  attempt.new_comm = sighting.comm;
  if (sighting.text && !sighting.text->empty()) {
    attempt.filename = sighting.text;
    attempt.filename_is_exec = true;
    attempt.filename_is_cut = sighting.is_cut;
  }
  if (found->first == sighting.tid) return;
  Open open = std::move(found->second);
  open_.erase(found);
  open_thread_.erase(sighting.tid);
  open_[sighting.tid] = std::move(open);
}

void AttemptBuilder::on_exit(const Sighting& sighting) {
  auto found = find_open(sighting.tid, sighting.pid);
  if (found == open_.end()) {
    begin(sighting);
    found = open_.find(sighting.tid);
  }
  Attempt& attempt = side_.attempts[found->second.index];
  attempt.stages |= Attempt::exit;
  attempt.ret = sighting.number;
  if (attempt.pid < 0) attempt.pid = sighting.pid;
  if (sighting.number == 0) {
    attempt.by_thread = attempt.tid != sighting.tid;
    if (!attempt.new_comm) attempt.new_comm = sighting.comm;
  } else if (!attempt.comm) {
    attempt.comm = sighting.comm;
  }
  close(found->second);
  open_thread_.erase(sighting.pid);
  open_.erase(found);
}

/// Puts the arguments together that came one by one.
void AttemptBuilder::close(Open& open) {
  if (open.arguments.empty() && !open.argument_count) return;
  Attempt& attempt = side_.attempts[open.index];
  std::sort(open.arguments.begin(), open.arguments.end());
  std::string argv;
  std::int64_t next = 0;
  for (const auto& [number, text] : open.arguments) {
    if (number != next) break;
    ++next;
    argv.append(text).push_back('\0');
  }
  attempt.argv_is_lost =
      open.argument_count != next || static_cast<std::size_t>(next) != open.arguments.size();
  attempt.argv = side_.texts.keep(argv);
  open.arguments.clear();
  open.argument_count.reset();
}

}  // namespace ftracectl::compare
