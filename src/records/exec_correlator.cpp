#include "records/exec_correlator.hpp"

#include <algorithm>

#include "model/tracefs/exec_probe.hpp"
#include "records/exec_filling.hpp"

namespace ftracectl {

namespace {

/// More attempts than this cannot be under way: their ends were lost.
constexpr std::size_t max_attempts = 16384;
constexpr std::size_t max_renames = 65536;
constexpr std::size_t max_fetched = 4096;
constexpr std::int64_t bad_address = 14;  ///< EFAULT

/// 7.3 cuts a syscall's string at 128 bytes and puts "..." behind it; other kernels may be set to less.
constexpr std::size_t shortest_cut = 63;
constexpr std::string_view cut_mark = "...";

/// 6.1's eprobes fetch the last byte of the file name's address alone.
bool is_of(const ExecRecord& record, const FetchedExec& call) {
  const bool is_same_name = call.is_of_eprobe() || record.filename_addr == call.filename_addr;
  return is_same_name && record.argv_addr == call.argv_addr;
}

}  // namespace

ExecCorrelator::ExecCorrelator(TaskTracker& tasks, ExecSources sources, Out out)
    : tasks_(tasks), sources_(sources), out_(std::move(out)) {}

ExecCorrelator::Role ExecCorrelator::role_of(const Event& event) {
  if (event.schema == nullptr) return Role::none;
  KnownRole& known = roles_[event.schema->id % roles_.size()];
  if (known.schema != event.schema) known = {event.schema, role_of(*event.schema)};
  return event.decoded || known.role == Role::fetched ? known.role : Role::none;
}

/// What is on for another recorder's sake alone is not ours.
ExecCorrelator::Role ExecCorrelator::role_of(const EventSchema& schema) const {
  const auto if_on = [](bool is_on, Role role) { return is_on ? role : Role::none; };
  if (is_exec_probe_group(schema.system)) return Role::fetched;
  const std::string_view name = schema.name;
  if (name == "sys_enter_execve" || name == "sys_enter_execveat") return if_on(sources_.enter, Role::enter);
  if (name == "sys_exit_execve" || name == "sys_exit_execveat") return if_on(sources_.exit, Role::exit);
  if (name == "sched_process_exec") return if_on(sources_.exec, Role::exec);
  if (name == "task_newtask") return Role::newtask;
  if (name == "task_rename") return Role::rename;
  if (name == "sched_process_exit") return Role::task_exit;
  if (is_one_of_setuid(name, "sys_enter_")) return Role::uid_enter;
  if (is_one_of_setuid(name, "sys_exit_")) return Role::uid_exit;
  return Role::none;
}

bool ExecCorrelator::add(const Event& event) {
  switch (role_of(event)) {
    case Role::none:
      return false;
    case Role::fetched:
      on_fetched(event);
      return true;
    case Role::enter:
      on_enter(event);
      return true;
    case Role::exec:
      on_exec(event);
      return true;
    case Role::exit:
      on_exit(event);
      return true;
    case Role::newtask:
      if (const auto child = event.number("pid"))
        uid_may_change(static_cast<std::int32_t>(*child), event.time.value);
      break;
    case Role::rename:
      on_rename(event);
      break;
    case Role::task_exit:
      on_task_exit(event);
      break;
    case Role::uid_enter:
      // It changes within the call, which may be long over when the exit tells of it.
      uid_may_change(event.tid, event.time.value);
      break;
    case Role::uid_exit:
      on_uid_exit(event);
      break;
  }
  return sources_.tasks_are_silent;
}

void ExecCorrelator::begin(const Event& event, ExecRecord& record) const {
  record.clear();
  record.time = event.time;
  record.cpu = event.cpu;
  record.tid = event.tid;
  record.pid = event.tid;
  if (const Task* task = tasks_.find(event.tid)) {
    record.pid = task->pid;
    record.pid_known = true;
    record.ppid = task->ppid;
    if (sources_.follows_uids) record.uid = tasks_.find_uid(event.tid, event.time.value);
  }
  if (const std::string* name = tasks_.find_name(event.tid)) record.comm = *name;
  if (!record.comm && event.has_comm()) record.comm.emplace(event.comm);
  take_stacks(record, event);
}

void ExecCorrelator::fill_from_enter(ExecRecord& record, const Event& event) {
  record.syscall = syscall_of(event);
  if (const auto address = find_.filename_addr.number(event))
    record.filename_addr = static_cast<std::uint64_t>(*address);
  if (const auto address = find_.argv_addr.number(event))
    record.argv_addr = static_cast<std::uint64_t>(*address);
  // An empty string is what 7.3 prints for one that it could not read, too.
  auto filename = find_.filename_text.string(event);
  if (!filename || filename->empty()) return;
  if (filename->ends_with(cut_mark) && filename->size() >= shortest_cut) {
    filename->remove_suffix(cut_mark.size());
    record.truncated.emplace_back("filename");
  }
  record.filename = std::string(*filename);
  record.filename_from = ValueSource::kernel;
}

/// A uprobe's event: the task calls execve() of the C library, and the system call comes next. An eprobe's:
/// it is in the call.
void ExecCorrelator::on_fetched(const Event& event) {
  const auto nonce = exec_eprobe_nonce(event.schema->name);
  auto call = nonce ? parse_eprobe_exec(event.message, *nonce) : parse_fetched_exec(event.message);
  if (!call || (nonce && is_of_open_attempt(event.tid, *call))) return;
  if (fetched_.size() >= max_fetched) fetched_.clear();
  fetched_.insert_or_assign(event.tid, std::move(*call));
}

/// An eprobe's event comes behind the enter that it hangs on. Where that one has a filter, the kernel keeps it aside
/// until the filter has decided, and the eprobe's event comes first (seen on 7.3).
bool ExecCorrelator::is_of_open_attempt(std::int32_t tid, FetchedExec& call) {
  Attempt* attempt = attempts_.find(tid);
  if (attempt == nullptr) return false;
  ExecRecord& record = attempt->record;
  if (record.status != ExecRecord::Status::unfinished || record.argv || !is_of(record, call)) return false;
  attempt->argv_is_doubtful = take_fetched(record, call);
  return true;
}

/// As take_fetched(), if it was of this call.
bool ExecCorrelator::fill_from_fetched(ExecRecord& record) {
  auto node = fetched_.extract(record.tid);
  if (node.empty()) return false;
  FetchedExec& call = node.mapped();
  return is_of(record, call) && take_fetched(record, call);
}

/// Of an attempt whose end will not be told.
void ExecCorrelator::on_enter_alone(const Event& event) {
  begin(event, alone_);
  fill_from_enter(alone_, event);
  // An eprobe's event may be that of the call before: nothing showed the end of that one.
  const auto fetched = fetched_.find(event.tid);
  if (fetched != fetched_.end() && fetched->second.is_of_eprobe()) fetched_.erase(fetched);
  if (!fetched_.empty() && fill_from_fetched(alone_)) forget_arguments(alone_);
  emit(alone_, false);
}

void ExecCorrelator::on_enter(const Event& event) {
  if (!sources_.exec && !sources_.exit) return on_enter_alone(event);
  emit_and_forget(event.tid);
  if (!renames_.empty()) renames_.erase(event.tid);
  Attempt& attempt = keep(event.tid);
  begin(event, attempt.record);
  fill_from_enter(attempt.record, event);
  attempt.argv_is_doubtful = !fetched_.empty() && fill_from_fetched(attempt.record);
}

void ExecCorrelator::on_exec(const Event& event) {
  const auto pid = static_cast<std::int32_t>(find_.exec_pid.number(event).value_or(event.tid));
  const auto old_pid = static_cast<std::int32_t>(find_.exec_old_pid.number(event).value_or(pid));
  fetched_.erase(old_pid);  // what a filter left out took it along
  Attempt* attempt = attempts_.find(old_pid);
  const bool is_anothers =
      attempt != nullptr && (attempt->end_may_be_lost || attempt->record.status == ExecRecord::Status::ok);
  if (is_anothers) {
    emit_and_forget(old_pid);  // its exit and the next enter were lost, or may have been
    attempt = nullptr;
  }
  if (attempt == nullptr) {
    if (sources_.enter && sources_.enter_selects) {
      renames_.erase(pid);
      doubt_uid(pid, old_pid);
      return;
    }
    attempt = &keep(old_pid);
    begin(event, attempt->record);
    forget_uid(attempt->record, pid);
    attempt->record.tid = old_pid;
    attempt->record.comm.reset();  // the line's name is the new one
  }
  if (old_pid !=
      pid) {  // another thread than the leader made the call, and it ends under the leader's number
    emit_and_forget(pid);
    attempts_.rekey(old_pid, pid);
    uid_may_change(old_pid, event.time.value);
  }
  ExecRecord& record = attempt->record;
  fill_from_exec(record, event, pid);
  take_stacks(record, event);
  if (out_.on_exec) out_.on_exec(record);
  learn_uid(record);
  if (!sources_.exit) emit_and_forget(pid);
}

/// What is known once the new program runs.
void ExecCorrelator::fill_from_exec(ExecRecord& record, const Event& event, std::int32_t pid) {
  record.pid = pid;
  record.pid_known = true;
  record.status = ExecRecord::Status::ok;
  record.ret = 0;
  if (const auto filename = find_.exec_filename.string(event)) {
    record.filename = std::string(*filename);
    record.filename_from = ValueSource::sched_process_exec;
    std::erase(record.truncated, "filename");
  }
  const auto renamed = renames_.find(pid);
  if (renamed != renames_.end()) {
    record.comm = renamed->second.before;
    record.new_comm = renamed->second.after;
    renames_.erase(renamed);
  } else if (const auto name = name_given_by(record); !name.empty()) {
    record.new_comm = name;
  } else if (event.has_comm()) {
    record.new_comm = std::string(event.comm);
  }
}

void ExecCorrelator::on_exit(const Event& event) {
  const auto ret = find_.ret.number(event);
  const bool failed = ret && *ret < 0;
  fetched_.erase(event.tid);
  auto place = attempts_.place_of(event.tid);
  Attempt* attempt = place.call();
  if (attempt != nullptr && attempt->end_may_be_lost) {
    emit_and_forget(event.tid);  // how it ended nobody knows, and of whom this tells
    return;
  }
  if (attempt != nullptr && failed && attempt->record.status == ExecRecord::Status::ok) {
    emit_and_forget(event.tid);  // its exit was lost, and this one's enter
    attempt = nullptr;
  }
  if (attempt == nullptr) {
    if (sources_.enter && sources_.enter_selects) return trust_uid(event.tid);
    attempt = &keep(event.tid);
    place = attempts_.place_of(event.tid);
    ExecRecord& begun = attempt->record;
    begin(event, begun);
    forget_uid(begun, event.tid);
    // A successful execveat exits as execve (seen on 5.10 to 7.3): only a failure tells the syscall.
    if (failed) begun.syscall = syscall_of(event);
    if (!failed) begun.comm.reset();
  }
  ExecRecord& record = attempt->record;
  record.ret = ret;
  record.status = failed ? ExecRecord::Status::failed : ExecRecord::Status::ok;
  if (failed && *ret == -bad_address) forget_arguments(record);
  const bool enter_seen = record.filename_addr.has_value();
  if (enter_seen && record.time.is_time && event.time.value >= record.time.value) {
    record.duration_ns = event.time.value - record.time.value;
  }
  take_stacks(record, event);
  attempts_.end(place, [this](Attempt& ended) { emit(ended); });
}

void ExecCorrelator::on_rename(const Event& event) {
  const auto before = event.string("oldcomm");
  const auto after = event.string("newcomm");
  if (!before || !after) return;
  const auto tid = static_cast<std::int32_t>(event.number("pid").value_or(event.tid));
  if (renames_.size() >= max_renames) renames_.clear();
  renames_[tid] = {std::string(*before), std::string(*after)};
}

void ExecCorrelator::on_task_exit(const Event& event) {
  emit_and_forget(event.tid);
  renames_.erase(event.tid);
  fetched_.erase(event.tid);
  doubted_uids_.erase(event.tid);
}

/// A call that failed has changed nothing.
void ExecCorrelator::on_uid_exit(const Event& event) {
  if (event.number("ret").value_or(0) != 0) return;
  uid_may_change(event.tid, event.time.value);
}

void ExecCorrelator::uid_may_change(std::int32_t tid, std::uint64_t time) {
  if (!sources_.follows_uids) return;
  doubted_uids_.erase(tid);
  if (Attempt* attempt = attempts_.find(tid)) {
    attempt->uid_is_past = true;
    ExecRecord& record = attempt->record;
    if (record.uid_read_ns && time <= *record.uid_read_ns + uid_read_margin_ns) record.uid.reset();
  }
  if (out_.uid_changed) out_.uid_changed(tid, time);
}

/// What /proc told holds for what the task does from then on.
void ExecCorrelator::learn_uid(const ExecRecord& record) {
  if (!sources_.follows_uids || !record.uid || !record.uid_read_ns) return;
  const bool runs = record.status == ExecRecord::Status::ok;
  tasks_.set_uid(runs ? record.pid : record.tid, {*record.uid, *record.uid_read_ns + uid_read_margin_ns});
}

/// The enter of a call was not seen. Where a process of the kernel's other table of system calls (32 bits)
/// made it, none of its calls are seen, and it may have changed its user.
void ExecCorrelator::forget_uid(ExecRecord& record, std::int32_t tid) {
  record.uid.reset();
  tasks_.forget_uid(tid);
}

/// An exec whose enter was not seen: a filter left it out, or a process of 32 bits made it or is what runs now, which
/// may change its user unseen. Of the last one the kernel does not show the exit of the call either.
void ExecCorrelator::doubt_uid(std::int32_t pid, std::int32_t old_pid) {
  const Task* task = sources_.follows_uids ? tasks_.find(pid) : nullptr;
  if (task == nullptr || !task->uid) return;
  if (doubted_uids_.size() >= max_renames) doubted_uids_.clear();
  if (pid == old_pid) doubted_uids_.insert_or_assign(pid, *task->uid);
  tasks_.forget_uid(pid);
}

void ExecCorrelator::trust_uid(std::int32_t tid) {
  const auto doubted = doubted_uids_.extract(tid);
  if (!doubted.empty()) tasks_.set_uid(tid, doubted.mapped());
}

/// An attempt of this task, which has none.
ExecCorrelator::Attempt& ExecCorrelator::keep(std::int32_t tid) {
  if (attempts_.size() >= max_attempts)
    attempts_.end_oldest(max_attempts / 2, [this](Attempt& oldest) { emit(oldest); });
  Attempt& attempt = attempts_.begin(tid);
  attempt.argv_is_doubtful = false;
  attempt.end_may_be_lost = false;
  attempt.uid_is_past = false;
  return attempt;
}

void ExecCorrelator::emit(ExecRecord& record, bool uid_is_past) {
  const bool was_known = record.uid.has_value();
  if (out_.before_record) out_.before_record(record);
  const bool is_new = !was_known && sources_.follows_uids;
  if (is_new && uid_is_past) record.uid.reset();
  if (is_new) learn_uid(record);
  out_.record(record);
}

void ExecCorrelator::emit(Attempt& attempt) {
  ExecRecord& record = attempt.record;
  if (attempt.argv_is_doubtful && record.status != ExecRecord::Status::ok) forget_arguments(record);
  emit(record, attempt.uid_is_past);
}

/// The attempt of this task, if it has one.
void ExecCorrelator::emit_and_forget(std::int32_t tid) {
  attempts_.end(tid, [this](Attempt& attempt) { emit(attempt); });
}

/// Attempts stay open: what tells how they go on may not be lost.
void ExecCorrelator::lost() {
  attempts_.for_each([this](Attempt& attempt) {
    attempt.end_may_be_lost = true;
    attempt.uid_is_past = true;
    if (attempt.record.uid_read_ns && sources_.follows_uids) attempt.record.uid.reset();
  });
  renames_.clear();
  fetched_.clear();
  doubted_uids_.clear();
}

void ExecCorrelator::finish() {
  attempts_.for_each([](Attempt& attempt) { attempt.uid_is_past = true; });
  attempts_.end_all([this](Attempt& attempt) { emit(attempt); });
}

}  // namespace ftracectl
