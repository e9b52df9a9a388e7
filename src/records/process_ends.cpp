#include "records/process_ends.hpp"

#include <algorithm>
#include <array>

namespace ftracectl {

namespace {

constexpr std::int64_t clone_thread = 0x10000;
constexpr std::size_t max_processes = 65536;

/// Without a handler these do not end a process: CHLD CONT STOP TSTP TTIN TTOU URG WINCH, as x86 and arm
/// number them.
constexpr std::array<std::int64_t, 8> harmless_signals = {17, 18, 19, 20, 21, 22, 23, 28};

constexpr std::int64_t kill_signal = 9;

bool is_harmless(std::int64_t signal) {
  return std::find(harmless_signals.begin(), harmless_signals.end(), signal) != harmless_signals.end();
}

std::int32_t group_of(std::int32_t tid, const TaskTracker& tasks) {
  const Task* task = tasks.find(tid);
  return task != nullptr ? task->pid : tid;
}

}  // namespace

bool ProcessEnds::add(const Event& event, const TaskTracker& tasks) {
  if (!event.decoded || event.schema == nullptr) return false;
  const std::int32_t pid = group_of(event.tid, tasks);
  if (event.name == "task_newtask") {
    on_newtask(event, tasks);
  } else if (event.name == "sched_process_exec") {
    // Its other threads were killed for it, and what ended those does not end the process.
    const auto process = processes_.find(pid);
    if (process == processes_.end()) return false;
    process->second.threads = 1;
    process->second.exit_code.reset();
    process->second.signal.reset();
    process->second.is_ended_by_signal = false;
  } else if (event.name == "sched_process_exit") {
    on_task_exit(event, tasks);
  } else if (event.name == "sys_enter_exit_group" || event.name == "sys_enter_exit") {
    on_exit_call(event, pid);
    return true;
  } else if (event.name == "signal_generate") {
    on_signal_sent(event, tasks);
    return true;
  } else if (event.name == "signal_deliver") {
    on_signal(event, pid);
    return true;
  }
  return false;
}

ProcessEnds::Process& ProcessEnds::process_of(std::int32_t pid, const TaskTracker& tasks) {
  if (processes_.size() >= max_processes) processes_.clear();
  const auto [process, is_new] = processes_.try_emplace(pid);
  if (is_new) process->second.threads = std::max(1, tasks.count_threads(pid));
  return process->second;
}

void ProcessEnds::on_newtask(const Event& event, const TaskTracker& tasks) {
  const auto child = event.number("pid");
  const auto flags = event.number("clone_flags");
  if (!child || !flags) return;
  if ((*flags & clone_thread) != 0) {
    ++process_of(group_of(event.tid, tasks), tasks).threads;
    return;
  }
  Process process;
  process.began = event.time;
  if (processes_.size() >= max_processes) processes_.clear();
  processes_.insert_or_assign(static_cast<std::int32_t>(*child), process);
}

/// The first to say so decides: the threads that go with it get a KILL.
void ProcessEnds::on_exit_call(const Event& event, std::int32_t pid) {
  const auto code = event.number("error_code");
  const bool is_thread_only = event.name == "sys_enter_exit" && event.tid != pid;
  if (!code || is_thread_only) return;
  Process& process = processes_[pid];
  if (!process.exit_code && !process.is_ended_by_signal) process.exit_code = static_cast<int>(*code & 0xff);
}

void ProcessEnds::on_signal_sent(const Event& event, const TaskTracker& tasks) {
  const auto signal = event.number("sig");
  const auto target = event.number("pid");
  const bool is_queued = event.number("res").value_or(event.number("result").value_or(0)) == 0;
  if (!signal || !target || !is_queued || is_harmless(*signal)) return;
  process_of(group_of(static_cast<std::int32_t>(*target), tasks), tasks).sent = static_cast<int>(*signal);
}

void ProcessEnds::on_signal(const Event& event, std::int32_t pid) {
  const auto signal = event.number("sig");
  const bool is_default = event.number("sa_handler").value_or(1) == 0;
  const auto found = processes_.find(pid);
  if (!signal) return;
  if (!is_default || is_harmless(*signal)) {
    if (found != processes_.end() && found->second.sent == *signal) found->second.sent.reset();
    return;
  }
  Process& process = processes_[pid];
  if (process.exit_code || process.is_ended_by_signal) return;
  process.is_ended_by_signal = true;
  if (*signal != kill_signal) process.signal = static_cast<int>(*signal);
  if (*signal == kill_signal) process.signal = process.sent;
}

void ProcessEnds::on_task_exit(const Event& event, const TaskTracker& tasks) {
  const std::int32_t pid = group_of(event.tid, tasks);
  Process& process = process_of(pid, tasks);
  --process.threads;
  const auto group_dead = event.string("group_dead_text");
  const bool is_last = group_dead ? *group_dead == "true" : process.threads <= 0;
  if (!is_last) return;
  ExitRecord record;
  record.time = event.time;
  record.cpu = event.cpu;
  record.pid = pid;
  record.tid = event.tid;
  if (const Task* task = tasks.find(event.tid)) record.ppid = task->ppid;
  if (const auto comm = event.string("comm")) record.comm = std::string(*comm);
  record.exit_code = process.exit_code;
  record.signal = process.signal;
  const bool has_begin = process.began && process.began->is_time && event.time.is_time;
  if (has_begin && event.time.value >= process.began->value) {
    record.lifetime_ns = event.time.value - process.began->value;
  }
  processes_.erase(pid);
  out_(record);
}

}  // namespace ftracectl
