#include "records/task_tracker.hpp"

#include <algorithm>

namespace ftracectl {

namespace {

constexpr std::int64_t clone_parent = 0x8000;
constexpr std::int64_t clone_thread = 0x10000;

/// Exits may be lost or not be on; pid_max is at most 4 million, a usual machine has far fewer tasks.
constexpr std::size_t max_tasks = 65536;
constexpr std::size_t max_answers = 65536;

/// A name may change, and a number go to another task: then the machine is asked again. That it does not know
/// a task may have changed much sooner: its list of names is a moment old.
constexpr std::uint64_t answer_holds_ns = 1'000'000'000;
constexpr std::uint64_t no_answer_holds_ns = 1'000'000;

constexpr std::string_view unknown_name = "<...>";  ///< in text
constexpr std::string_view idle_name = "<idle>";    ///< as the kernel prints it

/// The fields of an event that say what a task is called at that moment.
struct NameProof {
  std::string_view event;
  std::string_view comm;
  std::string_view pid;
};

/// sched_process_wait is not among them: its comm is the waiter's, its pid is not.
constexpr std::array name_proofs = {
    NameProof{"sched_switch", "prev_comm", "prev_pid"},
    NameProof{"sched_switch", "next_comm", "next_pid"},
    NameProof{"sched_wakeup", "comm", "pid"},
    NameProof{"sched_wakeup_new", "comm", "pid"},
    NameProof{"sched_waking", "comm", "pid"},
    NameProof{"sched_migrate_task", "comm", "pid"},
    NameProof{"sched_stat_runtime", "comm", "pid"},
    NameProof{"sched_stat_wait", "comm", "pid"},
    NameProof{"sched_stat_sleep", "comm", "pid"},
    NameProof{"sched_stat_blocked", "comm", "pid"},
    NameProof{"sched_stat_iowait", "comm", "pid"},
    NameProof{"sched_pi_setprio", "comm", "pid"},
    NameProof{"sched_process_hang", "comm", "pid"},
    NameProof{"sched_kthread_stop", "comm", "pid"},
    NameProof{"sched_prepare_exec", "comm", "pid"},
    NameProof{"sched_process_exit", "comm", "pid"},
    NameProof{"sched_process_fork", "parent_comm", "parent_pid"},
    NameProof{"signal_generate", "comm", "pid"},
    NameProof{"task_rename", "oldcomm", "pid"},
};

std::optional<std::int32_t> task_in(const Event& event, std::string_view field) {
  const auto number = event.number(field);
  return number ? std::optional(static_cast<std::int32_t>(*number)) : std::nullopt;
}

}  // namespace

bool is_one_of_setuid(std::string_view event, std::string_view prefix) {
  if (!event.starts_with(prefix)) return false;
  std::string_view call = event.substr(prefix.size());
  if (call.ends_with("16")) call.remove_suffix(2);
  return call == "setuid" || call == "setreuid" || call == "setresuid";
}

std::string_view name_given_by_file(std::string_view filename) {
  constexpr std::size_t longest_comm = 15;
  if (filename.starts_with("/dev/fd/")) return {};
  return filename.substr(filename.rfind('/') + 1).substr(0, longest_comm);
}

// What is known

const Task* TaskTracker::find(std::int32_t tid) const {
  if (last_ == nullptr || last_tid_ != tid) {
    const auto found = tasks_.find(tid);
    if (found == tasks_.end()) return nullptr;
    last_tid_ = tid;
    last_ = &found->second;
  }
  return last_->pid >= 0 ? last_ : nullptr;
}

const std::string* TaskTracker::find_name(std::int32_t tid) const {
  find(tid);
  const bool is_found = last_ != nullptr && last_tid_ == tid && last_->comm;
  return is_found ? &*last_->comm : nullptr;
}

std::optional<std::uint32_t> TaskTracker::find_uid(std::int32_t tid, std::uint64_t time) const {
  const Task* task = find(tid);
  if (task == nullptr || !task->uid || time < task->uid->since) return std::nullopt;
  return task->uid->uid;
}

int TaskTracker::count_threads(std::int32_t pid) const {
  return static_cast<int>(std::count_if(tasks_.begin(), tasks_.end(),
                                        [&](const auto& entry) { return entry.second.pid == pid; }));
}

// What the machine said

void TaskTracker::set(std::int32_t tid, Task task) {
  last_ = nullptr;
  tasks_[tid] = std::move(task);
}

void TaskTracker::set_uid(std::int32_t tid, KnownUid uid) {
  const auto task = tasks_.find(tid);
  if (task != tasks_.end()) task->second.uid = uid;
}

void TaskTracker::forget_uid(std::int32_t tid) {
  const auto task = tasks_.find(tid);
  if (task != tasks_.end()) task->second.uid.reset();
}

void TaskTracker::forget_uids() {
  for (auto& [tid, task] : tasks_) task.uid.reset();
}

void TaskTracker::lost() {
  for (auto& [tid, task] : tasks_) task.comm.reset();
  answers_.clear();
  forget_uids();
}

// What the stream says

TaskTracker::Role TaskTracker::role_of(const Event& event) {
  if (event.schema == nullptr || !event.decoded) return Role::none;
  KnownRole& known = roles_[event.schema->id % roles_.size()];
  if (known.schema != event.schema) known = {event.schema, role_of(*event.schema)};
  return known.role;
}

TaskTracker::Role TaskTracker::role_of(const EventSchema& schema) {
  const std::string_view name = schema.name;
  if (is_one_of_setuid(name, "sys_exit_")) return Role::uid_exit;
  if (schema.system != "sched" && schema.system != "task" && schema.system != "signal") return Role::none;
  if (name == "task_newtask") return Role::newtask;
  if (name == "task_rename") return Role::rename;
  if (name == "sched_process_fork") return Role::fork;
  if (name == "sched_process_exec") return Role::exec;
  if (name == "sched_process_exit") return Role::exit;
  const bool is_proof = std::any_of(name_proofs.begin(), name_proofs.end(),
                                    [&](const NameProof& proof) { return proof.event == name; });
  return is_proof ? Role::names : Role::none;
}

void TaskTracker::begin(Event& event) {
  proved_ = -1;
  const Role role = role_of(event);
  switch (role) {
    case Role::none:
    case Role::uid_exit:
      break;
    case Role::newtask:
      // The child has its parent's name, and the parent is who says so.
      if (const auto comm = event.string("comm"); comm && event.tid > 0) {
        set_name(event.tid, *comm);
        proved_ = event.tid;
      }
      break;
    case Role::exec:
      on_exec(event);
      break;
    case Role::names:
    case Role::fork:
    case Role::rename:
    case Role::exit:
      learn_names(event);
      break;
  }
  name(event);
}

void TaskTracker::end(const Event& event) {
  switch (role_of(event)) {
    case Role::newtask:
      return on_newtask(event);
    case Role::fork:
      return on_fork(event);
    case Role::rename:
      return on_rename(event);
    case Role::exit:
      last_ = nullptr;
      tasks_.erase(event.tid);
      answers_.erase(event.tid);
      return;
    case Role::uid_exit:
      // A call that failed has changed nothing.
      if (event.number("ret").value_or(0) == 0) forget_uid(event.tid);
      return;
    case Role::none:
    case Role::names:
    case Role::exec:
      return;
  }
}

void TaskTracker::learn_names(const Event& event) {
  for (const NameProof& proof : name_proofs) {
    if (proof.event == event.schema->name) learn_name(event, proof.comm, proof.pid);
  }
}

void TaskTracker::learn_name(const Event& event, std::string_view comm_field, std::string_view pid_field) {
  const auto comm = event.string(comm_field);
  if (!comm) return;
  const std::int32_t tid = task_in(event, pid_field).value_or(event.tid);
  if (tid <= 0) return;  // the idle tasks, one for each cpu
  set_name(tid, *comm);
  if (tid == event.tid) proved_ = tid;
}

void TaskTracker::set_name(std::int32_t tid, std::string_view name) {
  const std::string* known = find_name(tid);
  if (known != nullptr && *known == name) return;
  make_room();
  last_ = nullptr;
  tasks_[tid].comm.emplace(name);
}

/// Those of whom only the name is known go first.
void TaskTracker::make_room() {
  if (tasks_.size() < max_tasks) return;
  last_ = nullptr;
  std::erase_if(tasks_, [](const auto& entry) { return entry.second.pid < 0; });
  if (tasks_.size() >= max_tasks / 2) tasks_.clear();
}

void TaskTracker::on_newtask(const Event& event) {
  const auto child = task_in(event, "pid");
  const auto flags = event.number("clone_flags");
  if (!child || !flags) return;
  make_room();
  follows_newtasks_ = true;
  const Task* parent = find(event.tid);
  Task task;
  if (const auto comm = event.string("comm")) task.comm.emplace(*comm);
  if (const auto uid = find_uid(event.tid, event.time.value)) task.uid = {*uid, event.time.value};
  if ((*flags & clone_thread) != 0) {
    // Of a group that is not known: the thread's is not either.
    if (parent != nullptr) task.pid = parent->pid;
    if (parent != nullptr) task.ppid = parent->ppid;
  } else {
    task.pid = *child;
    if (parent != nullptr) task.ppid = (*flags & clone_parent) == 0 ? parent->pid : parent->ppid;
  }
  set(*child, std::move(task));
  answers_.erase(*child);
}

/// It does not tell whether the child is a thread. Where task_newtask does, that came before.
void TaskTracker::on_fork(const Event& event) {
  const auto child = task_in(event, "child_pid");
  const auto comm = event.string("child_comm");
  if (!child || !comm || *child <= 0) return;
  if (!follows_newtasks_) {
    make_room();
    set(*child, Task());
    answers_.erase(*child);
  }
  set_name(*child, *comm);
}

void TaskTracker::on_rename(const Event& event) {
  const auto name = event.string("newcomm");
  if (!name) return;
  follows_renames_ = true;
  set_name(task_in(event, "pid").value_or(event.tid), *name);
}

/// After an exec by another thread than the leader, the task goes on under the leader's number. An exec has
/// renamed the task before it tells; where the renames are not followed, by the file's name.
void TaskTracker::on_exec(const Event& event) {
  const std::int32_t pid = task_in(event, "pid").value_or(event.tid);
  const std::int32_t old_pid = task_in(event, "old_pid").value_or(pid);
  last_ = nullptr;
  if (pid != old_pid) {
    // A rename within the exec was told under the new number.
    std::optional<std::string> renamed;
    if (const auto leader = tasks_.find(pid); follows_renames_ && leader != tasks_.end())
      renamed = std::move(leader->second.comm);
    auto thread = tasks_.extract(old_pid);
    tasks_.erase(pid);
    if (!thread.empty()) {
      thread.key() = pid;
      tasks_.insert(std::move(thread));
    }
    if (renamed) set_name(pid, *renamed);
  }
  answers_.erase(pid);
  answers_.erase(old_pid);
  if (follows_renames_ && find_name(pid) != nullptr) {
    proved_ = pid;
    return;
  }
  const auto filename = event.string("filename");
  const auto name = filename ? name_given_by_file(*filename) : std::string_view();
  if (!name.empty()) {
    set_name(pid, name);
    proved_ = pid;
  } else if (const auto task = tasks_.find(pid); task != tasks_.end()) {
    task->second.comm.reset();
  }
}

/// A line's own name was looked up when the line was read. What is known is better where the event itself says
/// so, or every rename does; a page has none.
void TaskTracker::name(Event& event) {
  if (event.tid < 0) return;
  if (event.comm == unknown_name) event.comm = {};
  if (event.tid == 0) {
    if (!event.has_comm()) event.comm = idle_name;
    return;
  }
  const bool is_better = follows_renames_ || proved_ == event.tid || !event.has_comm();
  if (!is_better) return;
  const std::string* name = find_name(event.tid);
  if (name == nullptr && !event.has_comm()) name = ask(event.tid, event.time.value);
  if (name == nullptr) return;
  comm_ = *name;
  event.comm = comm_;
  event.comm_cut = false;
}

const std::string* TaskTracker::ask(std::int32_t tid, std::uint64_t time) {
  if (!ask_) return nullptr;
  if (answers_.size() >= max_answers) answers_.clear();
  const auto [found, is_new] = answers_.try_emplace(tid);
  Answer& answer = found->second;
  const std::uint64_t holds = answer.name.empty() ? no_answer_holds_ns : answer_holds_ns;
  if (is_new || time > answer.asked + holds) {
    std::string name = ask_(tid);
    if (!name.empty()) answer.name = std::move(name);
    answer.asked = time;
  }
  return answer.name.empty() ? nullptr : &answer.name;
}

}  // namespace ftracectl
