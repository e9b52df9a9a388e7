#include "records/selection.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace ftracectl {

namespace {

bool has(const std::vector<std::int32_t>& pids, std::int32_t pid) {
  return std::find(pids.begin(), pids.end(), pid) != pids.end();
}

/// When and who, of a record of any kind.
struct FieldsOfTask final : FieldTaker {
  Timestamp time = {};
  std::int32_t pid = -1;
  std::int32_t tid = -1;
  std::optional<std::string> comm = std::nullopt;

  void kind(std::string_view /*word*/) override {}
  void field(std::string_view name, const AnyValue& value) override {
    if (const auto* when = std::get_if<Timestamp>(&value); when != nullptr && name == "ts_ns") time = *when;
    if (const auto* text = std::get_if<std::string_view>(&value); text != nullptr && name == "comm")
      comm.emplace(*text);
    const auto* number = std::get_if<std::int64_t>(&value);
    if (number != nullptr && name == "pid") pid = static_cast<std::int32_t>(*number);
    if (number != nullptr && name == "tid") tid = static_cast<std::int32_t>(*number);
  }
};

}  // namespace

bool SelectingSink::is_in_time(const Timestamp& time) {
  if (!time.is_known) return true;
  if (!first_) first_ = time.value;
  const auto value_of = [&](const Moment& moment) {
    return moment.from == Moment::From::clock ? moment.ns : *first_ + moment.ns;
  };
  if (selection_.since && time.value < value_of(*selection_.since)) return false;
  return !selection_.until || time.value <= value_of(*selection_.until);
}

/// By what the source knows of processes that did nothing that is recorded: a shell's own child that starts others.
bool SelectingSink::descends(std::int32_t pid) const {
  constexpr int deepest = 4096;  // pids are used again: a ring is possible
  for (int depth = 0; depth < deepest; ++depth) {
    if (has(selection_.trees, pid) || in_tree_.count(pid) > 0) return true;
    const auto parent = parent_of_ ? parent_of_(pid) : std::nullopt;
    if (!parent || *parent == pid) return false;
    pid = *parent;
  }
  return false;
}

bool SelectingSink::is_in_tree(std::int32_t pid, std::optional<std::int32_t> ppid) {
  if (selection_.trees.empty()) return true;
  const bool is_in = has(selection_.trees, pid) || (ppid ? descends(*ppid) : descends(pid));
  if (is_in) {
    in_tree_.insert(pid);
  } else {
    in_tree_.erase(pid);  // the pid is another process' now
  }
  return is_in;
}

bool SelectingSink::has_name(const std::string* name) const {
  return name != nullptr && glob_match(selection_.comm, *name);
}

bool SelectingSink::is_wanted(const ExecRecord& record) {
  // Each is asked: the tree is followed before the time begins, too.
  const bool is_in_tree_now = is_in_tree(record.pid, record.ppid);
  if (!is_in_time(record.time) || !is_in_tree_now) return false;
  if (!selection_.pids.empty() && !has(selection_.pids, record.pid) && !has(selection_.pids, record.tid))
    return false;
  if (!selection_.comm.empty() && !has_name(record.comm ? &*record.comm : nullptr) &&
      !has_name(record.new_comm ? &*record.new_comm : nullptr))
    return false;
  if (selection_.execs && !selection_.execs(record)) return false;
  ++records_;
  ++execs_;
  execs_with_argv_ += record.argv ? 1U : 0U;
  return true;
}

bool SelectingSink::is_wanted(const ExitRecord& record) {
  const bool is_in_tree_now = is_in_tree(record.pid, record.ppid);
  if (!is_in_time(record.time) || !is_in_tree_now) return false;
  if (!selection_.pids.empty() && !has(selection_.pids, record.pid)) return false;
  if (!selection_.comm.empty() && !has_name(record.comm ? &*record.comm : nullptr)) return false;
  ++records_;
  return true;
}

bool SelectingSink::is_wanted(const CallRecord& record) {
  if (!is_in_time(record.time)) return false;
  if (!selection_.trees.empty() && !descends(record.pid)) return false;
  if (!selection_.pids.empty() && !has(selection_.pids, record.pid) && !has(selection_.pids, record.tid))
    return false;
  if (!selection_.comm.empty() && !has_name(record.comm ? &*record.comm : nullptr)) return false;
  ++records_;
  return true;
}

bool SelectingSink::is_wanted(const Event& event) {
  if (!is_in_time(event.time)) return false;
  if (!selection_.trees.empty() && !descends(event.tid)) return false;
  if (!selection_.pids.empty() && !has(selection_.pids, event.tid)) return false;
  if (!selection_.comm.empty() && !(event.has_comm() && glob_match(selection_.comm, event.comm)))
    return false;
  ++records_;
  return true;
}

bool SelectingSink::is_wanted(const OtherRecord& record) {
  FieldsOfTask fields;
  record.visit(fields);
  if (!is_in_time(fields.time)) return false;
  if (!selection_.trees.empty() && !descends(fields.pid)) return false;
  if (!selection_.pids.empty() && !has(selection_.pids, fields.pid) && !has(selection_.pids, fields.tid))
    return false;
  if (!selection_.comm.empty() && !has_name(fields.comm ? &*fields.comm : nullptr)) return false;
  ++records_;
  return true;
}

void SelectingSink::record(const Record& record) {
  if (const auto* summary = record_if<Summary>(record)) {
    const Summary own = corrected(*summary);
    return to_.record(own);
  }
  if (visit_record(record, [this](const auto& kind) { return is_wanted(kind); })) to_.record(record);
}

void SelectingSink::entry(const Entry& entry, std::string_view comm, EntrySource source) {
  Event event;
  if (entry.kind == Entry::Kind::event) {
    event = entry.event;
  } else if (entry.kind == Entry::Kind::stack) {
    event.time = entry.stack.time;
    event.tid = entry.stack.tid;
  } else {
    return to_.entry(entry, comm, source);
  }
  event.comm = comm;
  if (is_wanted(event)) to_.entry(entry, comm, source);
}

Summary SelectingSink::corrected(Summary summary) const {
  summary.records = records_;
  summary.execs = execs_;
  summary.execs_with_argv = execs_with_argv_;
  return summary;
}

}  // namespace ftracectl
