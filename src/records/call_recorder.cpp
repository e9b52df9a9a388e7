#include "records/call_recorder.hpp"

#include <algorithm>
#include <array>

#include "model/tracefs/exec_probe.hpp"
#include "records/fetched_strings.hpp"
#include "records/task_events.hpp"

namespace ftracectl {

namespace {

constexpr std::string_view enter_prefix = "sys_enter_";
constexpr std::string_view exit_prefix = "sys_exit_";

/// The kernel cuts a string of its own at 127 bytes or fewer, and says so.
constexpr std::string_view cut_mark = "...";
constexpr std::size_t shortest_cut = 63;

constexpr std::int64_t last_errno = 4095;
constexpr std::size_t max_early = 4096;

bool is_exec(std::string_view syscall) { return syscall == "execve" || syscall == "execveat"; }

/// A new task leaves the call that its parent made to start it, which has its record there.
bool starts_task(std::string_view syscall) {
  return syscall == "clone" || syscall == "clone3" || syscall == "fork" || syscall == "vfork";
}

/// A `char *` is a string, but for the bytes of write() and its like, and for what a call fills.
bool is_string(std::string_view syscall, const Field& field) {
  constexpr std::array<std::string_view, 5> buffers = {"buf", "ubuf", "list", "u_msg_ptr", "_buf"};
  if (field.type != "const char *" && field.type != "char *") return false;
  if (std::find(buffers.begin(), buffers.end(), field.name) != buffers.end()) return false;
  return !syscall.ends_with("hostname") && !syscall.ends_with("domainname");
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

/// What C programs and strace call them, and what the kernel does.
struct Alias {
  std::string_view usual;
  std::string_view kernels;
};
constexpr std::array aliases = {Alias{"stat", "newstat"},   Alias{"lstat", "newlstat"},
                                Alias{"fstat", "newfstat"}, Alias{"fstatat", "newfstatat"},
                                Alias{"uname", "newuname"}, Alias{"pread", "pread64"},
                                Alias{"pwrite", "pwrite64"}};

/// The first of them that a kernel has is the call.
std::vector<std::string> kernels_names(const std::string& call) {
  std::vector<std::string> names = {call};
  for (const auto& alias : aliases) {
    if (alias.usual == call) names.emplace_back(alias.kernels);
  }
  return names;
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
  if (std::find(others.begin(), others.end(), name) != others.end() || tells_of_tasks(name))
    known.role = Role::task;
  if (name == "sched_process_exec") known.role = Role::exec;
  if (name == "sched_process_exit") known.role = Role::task_exit;
  if (const auto probe = parse_strings_probe(name); probe && is_exec_probe_group(schema.system)) {
    known.role = Role::strings;
    known.syscall = probe->syscall;
    known.nonce = probe->nonce;
  }
  if (known.role != Role::none) return known;
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
                                 is_string(known.syscall, field)});
    }
  }
  known.returns_address = returns_address(known.syscall);
  return known;
}

const CallRecorder::Known& CallRecorder::known(const EventSchema& schema) {
  const auto found = known_.find(&schema);
  return found != known_.end() ? found->second : known_.emplace(&schema, learn(schema)).first->second;
}

bool CallRecorder::add(const Event& event) {
  if (event.schema == nullptr) return false;
  const Known& role = known(*event.schema);
  if (!event.decoded && role.role != Role::strings) return false;
  switch (role.role) {
    case Role::none:
      return false;
    case Role::enter:
      on_enter(event, role);
      return true;
    case Role::exit:
      on_exit(event, role);
      return true;
    case Role::exec:
      on_exec(event);
      return true;
    case Role::strings:
      on_strings(event, role);
      return true;
    case Role::task_exit:
      give_up(event.tid);
      return true;
    case Role::task:
      return true;
  }
  return false;
}

void CallRecorder::begin(const Event& event, const Known& known, CallRecord& call) const {
  call.time = event.time;
  call.cpu = event.cpu;
  call.tid = call.pid = event.tid;
  call.uid.reset();
  if (const Task* task = tasks_.find(event.tid)) {
    call.pid = task->pid;
    call.uid = tasks_.find_uid(event.tid, event.time.value);
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

void CallRecorder::on_enter(const Event& event, const Known& known) {
  if (is_ours_ && event.tid == sources_.command_tid && !is_exec(known.syscall)) return;
  give_up(event.tid);
  if (calls_.is_full()) lost();
  Open& open = calls_.begin(event.tid);
  open.enter = &known;
  CallRecord& call = open.record;
  begin(event, known, call);
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
  if (early_.empty()) return;
  const auto early = early_.extract(event.tid);
  if (!early.empty() && early.mapped().syscall == known.syscall) take_strings(open, early.mapped().strings);
}

void CallRecorder::on_exit(const Event& event, const Known& known) {
  const auto ret = event.number("ret");
  if (!early_.empty()) early_.erase(event.tid);  // of a call that a filter left out
  const auto place = calls_.place_of(event.tid);
  CallRecord* call = place.call() != nullptr ? &place.call()->record : nullptr;
  // A successful execveat exits as execve.
  const bool is_its = call != nullptr &&
                      (call->syscall == known.syscall || (is_exec(call->syscall) && is_exec(known.syscall)));
  if (call != nullptr && !is_its) give_up(event.tid);
  if (!is_its) {
    if (starts_task(known.syscall) && ret == 0) return;
    if (sources_.enter_selects || (is_ours_ && event.tid == sources_.command_tid)) return;
    call = &alone_;
    begin(event, known, alone_);
  }
  call->ret = ret;
  const bool failed = ret && *ret < 0 && *ret >= -last_errno;
  if (ret) call->status = failed ? CallRecord::Status::failed : CallRecord::Status::ok;
  if (!is_its) return out_.put(alone_);
  const Timestamp& time = event.time;
  if (time.is_known && time.is_time && time.value >= call->time.value)
    call->duration_ns = time.value - call->time.value;
  calls_.end(place, [this](const Open& ended) { out_.put(ended.record); });
}

void CallRecorder::on_exec(const Event& event) {
  const auto pid = static_cast<std::int32_t>(event.number("pid").value_or(event.tid));
  const auto old_pid = static_cast<std::int32_t>(event.number("old_pid").value_or(pid));
  if (pid == sources_.command_tid) is_ours_ = false;
  if (pid == old_pid) return;
  give_up(pid);  // the leader is gone, whatever it was in
  calls_.rekey(old_pid, pid);
}

/// The probe fires within the call. Where its event has a filter, the kernel keeps that one aside until the filter has
/// decided, and the strings of an eprobe come first (seen on 7.3).
void CallRecorder::on_strings(const Event& event, const Known& known) {
  auto strings = fetched_strings(event, {known.syscall, known.nonce});
  Open* open = calls_.find(event.tid);
  if (open != nullptr && open->record.syscall == known.syscall && take_strings(*open, strings)) return;
  if (early_.size() >= max_early) early_.clear();
  early_.insert_or_assign(event.tid, Early{known.syscall, std::move(strings)});
}

/// They stand in the order of the arguments that have none of the kernel's. False where the addresses are another call's.
bool CallRecorder::take_strings(Open& call, const std::vector<FetchedString>& strings) {
  bool is_its = true;
  std::size_t next = 0;
  std::string address;
  const auto& arguments = call.enter->arguments;
  for (std::size_t i = 0; i < arguments.size() && next < strings.size(); ++i) {
    if (!arguments[i].is_string || !arguments[i].text_name.empty()) continue;
    const FetchedString& string = strings[next++];
    CallRecord::Argument& argument = call.record.args[i];
    address.clear();
    append_argument(address, arguments[i].form, string.address);
    const bool is_here = argument.kind == CallRecord::Argument::Kind::address && argument.text == address;
    is_its = is_its && (is_here || string.address == 0);
    if (!is_here || string.is_missing) continue;
    argument.kind = CallRecord::Argument::Kind::text;
    argument.text = string.text;
    argument.is_cut = string.is_cut;
  }
  return is_its;
}

void CallRecorder::give_up(std::int32_t tid) {
  calls_.end(tid, [this](const Open& call) { out_.put(call.record); });
}

void CallRecorder::lost() {
  early_.clear();
  calls_.end_all([this](const Open& call) { out_.put(call.record); });
}

namespace {

std::vector<EventUse> events_of_calls(const RecorderWish& wish) {
  using Need = EventUse::Need;
  std::vector<EventUse> uses;
  const auto names = [](std::string_view prefix, const std::string& call) {
    std::vector<std::string> result;
    for (const auto& name : kernels_names(call)) result.push_back("syscalls:" + std::string(prefix) + name);
    return result;
  };
  for (const auto& call : wish.words)
    uses.push_back({names(enter_prefix, call), Need::chosen, EventUse::Filter::users});
  for (const auto& call : wish.words) uses.push_back({names(exit_prefix, call)});
  uses.push_back({{"sched:sched_process_exec"}});
  add_task_events(uses);
  return uses;
}

/// Of an enter: the strings that the kernel does not print itself.
std::vector<Fetch> fetches_of_call(const EventSchema& schema) {
  std::vector<Fetch> fetches;
  if (!schema.name.starts_with(enter_prefix)) return fetches;
  const std::string syscall = schema.name.substr(enter_prefix.size());
  unsigned argument = 0;
  for (const auto& field : schema.fields) {
    if (field.name.starts_with("__") || field.name.starts_with("common_")) continue;
    if (is_string(syscall, field) && !has_text(schema, field.name))
      fetches.push_back({syscall, argument, field.name});
    ++argument;
  }
  return fetches;
}

RecorderSettings settings_of(const CallSources& sources) {
  RecorderSettings settings;
  settings.set("enter_selects", sources.enter_selects);
  settings.set(command_setting, std::int64_t{sources.command_tid});
  settings.set("for_users", sources.for_users);
  settings.set("architecture", static_cast<std::int64_t>(sources.architecture));
  settings.set(follows_users_setting, true);
  return settings;
}

RecorderSettings settle_calls(const RecorderWish& wish, const std::vector<FoundEvent>& events) {
  CallSources sources;
  sources.enter_selects = wish.has_filter;
  for (const auto& event : events) {
    const bool is_for_users =
        event.purpose == EventUse::Purpose::tasks && event.name.starts_with("syscalls:");
    if (is_for_users) sources.for_users.push_back(event.name.substr(event.name.find(':') + 1));
  }
  return settings_of(sources);
}

CallSources sources_of(const RecorderSettings& settings) {
  CallSources sources;
  sources.enter_selects = settings.flag("enter_selects");
  sources.command_tid = static_cast<std::int32_t>(settings.number(command_setting));
  sources.for_users = settings.words("for_users");
  // What C types and constants mean is the traced machine's.
  const std::int64_t architecture = settings.number("architecture", -1);
  const bool is_known = architecture == static_cast<int>(Architecture::x86_64) ||
                        architecture == static_cast<int>(Architecture::arm64);
  sources.architecture = is_known ? static_cast<Architecture>(architecture) : Architecture::unknown;
  return sources;
}

}  // namespace

const RecorderKind call_kind = {
    .name = "call",
    .key = "calls",
    .summary = "system calls",
    .takes_words = true,
    .events = events_of_calls,
    .make = [](const RecorderSettings& settings, const RecorderParts& parts) -> std::unique_ptr<Recorder> {
      return std::make_unique<CallRecorder>(sources_of(settings), parts);
    },
    .settle = settle_calls,
    .fetches = fetches_of_call,
};

ChosenRecorder call_recorder(const CallSources& sources) { return {&call_kind, settings_of(sources)}; }

}  // namespace ftracectl
