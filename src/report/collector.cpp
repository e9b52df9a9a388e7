#include "report/collector.hpp"

#include <algorithm>

#include "report/arrange.hpp"
#include "report/event_words.hpp"

namespace ftracectl::report {

namespace {

/// Where frames of the program begin in a stack that has both.
constexpr std::string_view user_mark = "[user]";

std::int64_t signed_ns(std::uint64_t ns) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(ns, std::uint64_t{1} << 62U));
}

}  // namespace

std::int64_t Collector::moment(const Timestamp& time) {
  if (!time.is_known) return last_ns_;
  run_.is_time = run_.is_time && time.is_time;
  last_ns_ = signed_ns(time.value);
  run_.begin_ns = any_time_ ? std::min(run_.begin_ns, last_ns_) : last_ns_;
  run_.end_ns = any_time_ ? std::max(run_.end_ns, last_ns_) : last_ns_;
  any_time_ = true;
  return last_ns_;
}

TextId Collector::keep(const std::optional<std::string>& text) {
  return text ? run_.texts.keep(*text) : no_text;
}

template <typename Frames>
std::uint32_t Collector::keep_stack(const Frames& kernel, const Frames& user) {
  if (kernel.empty() && user.empty()) return none;
  std::vector<TextId> frames;
  frames.reserve(kernel.size() + user.size() + 1);
  for (const auto& frame : kernel) frames.push_back(run_.texts.keep(frame));
  if (!user.empty() && !kernel.empty()) frames.push_back(run_.texts.keep(user_mark));
  for (const auto& frame : user) frames.push_back(run_.texts.keep(frame));
  const auto [found, is_new] =
      stack_numbers_.try_emplace(frames, static_cast<std::uint32_t>(run_.stacks.size()));
  if (is_new) run_.stacks.push_back({std::move(frames), 0});
  ++run_.stacks[found->second].count;
  return found->second;
}

/// Whether what was seen is of another process than this one, which has had the same pid. Not every end is recorded.
bool Collector::is_another(const Process& process, const Seen& seen) const {
  if (process.end_known) return seen.at_ns > process.end_ns;
  if (process.ppid >= 0 && seen.ppid >= 0 && process.ppid != seen.ppid) return true;
  if (seen.comm == no_text || process.last_comm == no_text || seen.comm == process.last_comm) return false;
  // A task that has just been forked has the name of its parent. Any other change is a rename.
  const auto parent = current_.find(seen.ppid);
  return parent != current_.end() && run_.processes[parent->second].last_comm == seen.comm;
}

std::uint32_t Collector::add_process(const Seen& seen) {
  Process process;
  process.pid = seen.pid;
  process.ppid = seen.ppid;
  process.begin_ns = process.end_ns = seen.at_ns;
  process.comm = process.last_comm = seen.comm;
  run_.processes.push_back(process);
  const auto number = static_cast<std::uint32_t>(run_.processes.size() - 1);
  current_[seen.pid] = number;
  return number;
}

std::uint32_t Collector::process_of(const Seen& seen) {
  const auto found = current_.find(seen.pid);
  if (found == current_.end() || is_another(run_.processes[found->second], seen)) return add_process(seen);
  Process& process = run_.processes[found->second];
  process.begin_ns = process.begin_known ? process.begin_ns : std::min(process.begin_ns, seen.at_ns);
  if (process.ppid < 0) process.ppid = seen.ppid;
  if (process.comm == no_text) process.comm = seen.comm;
  if (seen.comm != no_text) process.last_comm = seen.comm;
  return found->second;
}

void Collector::take(const ExecRecord& record) {
  Attempt attempt;
  attempt.begin_ns = moment(record.time);
  attempt.duration_ns = record.duration_ns.value_or(unknown_ns);
  if (attempt.duration_ns != unknown_ns)
    attempt.duration_ns = std::min(attempt.duration_ns, unknown_ns >> 4U);
  attempt.tid = record.tid;
  attempt.cpu = static_cast<std::int16_t>(record.cpu);
  attempt.uid = record.uid.value_or(none);
  attempt.status = record.status;
  if (record.status == ExecRecord::Status::failed && record.ret)
    attempt.error = static_cast<std::int32_t>(-std::max<std::int64_t>(*record.ret, -99999));
  attempt.comm = keep(record.comm);
  attempt.new_comm = keep(record.new_comm);
  attempt.filename = keep(record.filename);
  if (record.argv) {
    argv_.clear();
    for (const auto& argument : *record.argv) argv_.append(argument).push_back('\0');
    attempt.argv = run_.texts.keep(argv_);
    attempt.argv_is_cut =
        std::find(record.truncated.begin(), record.truncated.end(), "argv") != record.truncated.end();
  }
  attempt.stack = keep_stack(record.kernel_stack, record.user_stack);
  const bool is_process = record.tid == record.pid;
  attempt.process = process_of(
      {record.pid, record.ppid.value_or(-1), attempt.begin_ns, is_process ? attempt.comm : no_text});
  Process& process = run_.processes[attempt.process];
  if (record.status == ExecRecord::Status::ok && attempt.new_comm != no_text)
    process.last_comm = attempt.new_comm;
  run_.end_ns = std::max(run_.end_ns, attempt.end_ns());
  run_.attempts.push_back(attempt);
}

void Collector::take(const ExitRecord& record) {
  ++run_.exits;
  const std::int64_t end = moment(record.time);
  const TextId comm = keep(record.comm);
  const std::int32_t ppid = record.ppid.value_or(-1);
  std::optional<std::int64_t> begin;
  if (record.lifetime_ns) begin = end - signed_ns(*record.lifetime_ns);
  const auto found = current_.find(record.pid);
  const bool is_known = found != current_.end() && !run_.processes[found->second].end_known &&
                        (!begin || run_.processes[found->second].begin_ns >= *begin);
  const std::uint32_t number =
      is_known ? found->second : add_process({record.pid, ppid, begin.value_or(end), comm});
  Process& process = run_.processes[number];
  if (process.ppid < 0) process.ppid = ppid;
  process.last_comm = comm;
  process.end_ns = end;
  process.end_known = true;
  if (begin) {
    process.begin_ns = *begin;
    process.begin_known = true;
  }
  process.exit_code = static_cast<std::int16_t>(record.exit_code.value_or(-1));
  process.signal = static_cast<std::int16_t>(record.signal.value_or(0));
}

void Collector::take(const Event& event) {
  const std::int64_t at = moment(event.time);
  const std::uint32_t stack = keep_stack(event.kernel_stack, event.user_stack);
  if (run_.happenings.size() >= Run::most_happenings) {
    ++run_.happenings_left_out;
    return;
  }
  Happening happening;
  happening.begin_ns = at;
  happening.tid = event.tid;
  happening.cpu = static_cast<std::int16_t>(event.cpu);
  happening.name = run_.texts.keep(event_name(event));
  happening.text = run_.texts.keep(event_words(event));
  happening.stack = stack;
  if (event.tid > 0) {
    const auto found = current_.find(event.tid);
    if (found != current_.end()) happening.process = found->second;
  }
  run_.happenings.push_back(happening);
}

void Collector::take(const Lost& lost) {
  const bool at_known = lost.time.is_known;
  run_.losses.push_back({at_known ? moment(lost.time) : last_ns_, at_known, lost.cpu, lost.count});
}

/// They are missing in the records as those are that the kernel lost.
void Collector::take(const Unwritten& unwritten) {
  const bool at_known = unwritten.noticed_ns.has_value();
  run_.losses.push_back(
      {at_known ? moment({*unwritten.noticed_ns, true}) : last_ns_, at_known, -1, unwritten.count});
}

Run Collector::finish() {
  arrange(run_);
  return std::move(run_);
}

}  // namespace ftracectl::report
