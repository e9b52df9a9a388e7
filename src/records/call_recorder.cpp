#include "records/call_recorder.hpp"

#include <algorithm>

namespace ftracectl {

namespace {

constexpr std::string_view enter_prefix = "sys_enter_";
constexpr std::string_view exit_prefix = "sys_exit_";

/// The kernel cuts a string of its own at 127 bytes or fewer, and says so.
constexpr std::string_view cut_mark = "...";
constexpr std::size_t shortest_cut = 63;

constexpr std::int64_t last_errno = 4095;

bool is_exec(std::string_view syscall) { return syscall == "execve" || syscall == "execveat"; }

/// A new task leaves the call that its parent made to start it, which has its record there.
bool starts_task(std::string_view syscall) {
  return syscall == "clone" || syscall == "clone3" || syscall == "fork" || syscall == "vfork";
}

/// "const char *" is a string, but for the bytes of write() and its like.
bool is_string(const Field& field) {
  return (field.type == "const char *" || field.type == "char *") && field.name != "buf";
}

/// `__get_str(__filename_val)` prints a string; `__print_dynamic_array(__buf_val, 1)` bytes.
bool has_text(const EventSchema& schema, const std::string& field) {
  return schema.print_fmt.find("__get_str(__" + field + "_val)") != std::string::npos;
}

std::optional<std::string_view> string_in(const Event& event, std::string_view name) {
  if (name.empty()) return std::nullopt;
  auto text = event.string(name);
  // An empty one is what the kernel prints for a string that it could not read, too.
  return text && !text->empty() ? text : std::nullopt;
}

template <typename Frames>
void keep_frames(std::vector<std::string>& to, const Frames& frames) {
  to.assign(frames.begin(), frames.end());
}

}  // namespace

CallRecorder::Known CallRecorder::learn(const EventSchema& schema) const {
  Known known;
  const std::string_view name = schema.name;
  const auto& others = sources_.for_users;
  if (std::find(others.begin(), others.end(), name) != others.end()) return known;
  if (name == "sched_process_exec") known.role = Role::exec;
  if (name == "sched_process_exit") known.role = Role::task_exit;
  if (name.starts_with(exit_prefix)) {
    known.role = Role::exit;
    known.syscall = name.substr(exit_prefix.size());
  }
  if (name.starts_with(enter_prefix)) {
    known.role = Role::enter;
    known.syscall = name.substr(enter_prefix.size());
    for (const auto& field : schema.fields) {
      if (field.name.starts_with("__")) continue;  // the call's number, and strings of other fields
      known.arguments.push_back({field.name, has_text(schema, field.name) ? field.name + "_text" : "",
                                 argument_form(known.syscall, field, sources_.architecture),
                                 is_string(field)});
    }
  }
  known.returns_address = returns_address(known.syscall);
  return known;
}

const CallRecorder::Known& CallRecorder::known(const EventSchema& schema) {
  const auto found = known_.find(&schema);
  return found != known_.end() ? found->second : known_.emplace(&schema, learn(schema)).first->second;
}

bool CallRecorder::add(const Event& event, const TaskTracker& tasks) {
  if (event.schema == nullptr || !event.decoded) return false;
  const Known& role = known(*event.schema);
  switch (role.role) {
    case Role::none:
      return false;
    case Role::enter:
      on_enter(event, role, tasks);
      return true;
    case Role::exit:
      on_exit(event, role, tasks);
      return true;
    case Role::exec:
      on_exec(event);
      return true;
    case Role::task_exit:
      give_up(event.tid);
      return false;  // others look at it, too
  }
  return false;
}

void CallRecorder::begin(const Event& event, const Known& known, const TaskTracker& tasks,
                         CallRecord& call) const {
  call.time = event.time;
  call.cpu = event.cpu;
  call.tid = call.pid = event.tid;
  call.uid.reset();
  if (const Task* task = tasks.find(event.tid)) {
    call.pid = task->pid;
    call.uid = tasks.find_uid(event.tid, event.time.value);
  }
  call.comm.reset();
  if (event.has_comm()) call.comm.emplace(event.comm);
  call.syscall = known.syscall;
  call.returns_address = known.returns_address;
  call.args.clear();
  call.began = false;
  call.ret.reset();
  call.status = CallRecord::Status::unfinished;
  call.duration_ns.reset();
  keep_frames(call.kernel_stack, event.kernel_stack);
  keep_frames(call.user_stack, event.user_stack);
}

void CallRecorder::on_enter(const Event& event, const Known& known, const TaskTracker& tasks) {
  if (is_ours_ && event.tid == sources_.command_tid && !is_exec(known.syscall)) return;
  give_up(event.tid);
  if (calls_.is_full()) lost();
  CallRecord& call = calls_.begin(event.tid);
  begin(event, known, tasks, call);
  call.began = true;
  for (const auto& argument : known.arguments) {
    CallRecord::Argument& put = call.args.emplace_back();
    put.name = argument.name;
    if (auto text = string_in(event, argument.text_name)) {
      put.kind = CallRecord::Argument::Kind::text;
      put.is_cut = text->ends_with(cut_mark) && text->size() >= shortest_cut;
      if (put.is_cut) text->remove_suffix(cut_mark.size());
      put.text = *text;
      continue;
    }
    const auto number = event.number(argument.name);
    if (!number) {
      put.text = event.string(argument.name + "_text").value_or("?");  // a line of text has the words alone
      continue;
    }
    append_argument(put.text, argument.form, static_cast<std::uint64_t>(*number));
    if (argument.is_string && *number != 0) put.kind = CallRecord::Argument::Kind::address;
  }
}

void CallRecorder::on_exit(const Event& event, const Known& known, const TaskTracker& tasks) {
  const auto ret = event.number("ret");
  CallRecord* call = calls_.find(event.tid);
  // A successful execveat exits as execve.
  const bool is_its = call != nullptr &&
                      (call->syscall == known.syscall || (is_exec(call->syscall) && is_exec(known.syscall)));
  if (call != nullptr && !is_its) give_up(event.tid);
  if (!is_its) {
    if (starts_task(known.syscall) && ret == 0) return;
    if (sources_.enter_selects || (is_ours_ && event.tid == sources_.command_tid)) return;
    call = &alone_;
    begin(event, known, tasks, alone_);
  }
  call->ret = ret;
  const bool failed = ret && *ret < 0 && *ret >= -last_errno;
  if (ret) call->status = failed ? CallRecord::Status::failed : CallRecord::Status::ok;
  if (!is_its) return emit(alone_);
  const Timestamp& time = event.time;
  if (time.is_known && time.is_time && time.value >= call->time.value)
    call->duration_ns = time.value - call->time.value;
  calls_.end(event.tid, [this](const CallRecord& ended) { emit(ended); });
}

void CallRecorder::on_exec(const Event& event) {
  const auto pid = static_cast<std::int32_t>(event.number("pid").value_or(event.tid));
  const auto old_pid = static_cast<std::int32_t>(event.number("old_pid").value_or(pid));
  if (pid == sources_.command_tid) is_ours_ = false;
  if (pid == old_pid) return;
  give_up(pid);  // the leader is gone, whatever it was in
  calls_.rekey(old_pid, pid);
}

void CallRecorder::give_up(std::int32_t tid) {
  calls_.end(tid, [this](const CallRecord& call) { emit(call); });
}

void CallRecorder::lost() {
  calls_.end_all([this](const CallRecord& call) { emit(call); });
}

void CallRecorder::emit(const CallRecord& call) {
  if (!sources_.only_failed || call.status == CallRecord::Status::failed) out_(call);
}

}  // namespace ftracectl
