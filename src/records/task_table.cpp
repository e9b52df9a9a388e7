#include "records/task_table.hpp"

#include <algorithm>

namespace ftracectl {

namespace {

constexpr std::int64_t clone_parent = 0x8000;
constexpr std::int64_t clone_thread = 0x10000;

/// Exits may be lost or not be on; pid_max is at most 4 million, a usual machine has far fewer tasks.
constexpr std::size_t max_tasks = 65536;

}  // namespace

const Task* TaskTable::look_up(std::int32_t tid) const {
  const auto found = tasks_.find(tid);
  if (found == tasks_.end()) return nullptr;
  last_tid_ = tid;
  last_ = &found->second;
  return last_;
}

int TaskTable::count_threads(std::int32_t pid) const {
  return static_cast<int>(std::count_if(tasks_.begin(), tasks_.end(),
                                        [&](const auto& entry) { return entry.second.pid == pid; }));
}

void TaskTable::on_newtask(const Event& event) {
  const auto child = event.number("pid");
  const auto flags = event.number("clone_flags");
  if (!child || !flags) return;
  last_ = nullptr;
  if (tasks_.size() >= max_tasks) tasks_.clear();
  const auto tid = static_cast<std::int32_t>(*child);
  const Task* parent = find(event.tid);
  Task task;
  if (const auto comm = event.string("comm")) task.comm = std::string(*comm);
  if (const auto uid = find_uid(event.tid, event.time.value)) task.uid = {*uid, event.time.value};
  if ((*flags & clone_thread) != 0) {
    if (parent == nullptr) return;  // of a group that is not known: the thread is not either
    task.pid = parent->pid;
    task.ppid = parent->ppid;
  } else {
    task.pid = tid;
    if ((*flags & clone_parent) == 0) {
      if (parent != nullptr) task.ppid = parent->pid;
    } else if (parent != nullptr) {
      task.ppid = parent->ppid;
    }
  }
  tasks_[tid] = std::move(task);
}

void TaskTable::on_rename(std::int32_t tid, const std::string& comm) {
  const auto task = tasks_.find(tid);
  if (task != tasks_.end()) task->second.comm = comm;
}

void TaskTable::forget_what_changes() {
  for (auto& [tid, task] : tasks_) task.comm.reset();
  forget_uids();
}

std::optional<std::uint32_t> TaskTable::find_uid(std::int32_t tid, std::uint64_t time) const {
  const Task* task = find(tid);
  if (task == nullptr || !task->uid || time < task->uid->since) return std::nullopt;
  return task->uid->uid;
}

void TaskTable::set_uid(std::int32_t tid, KnownUid uid) {
  const auto task = tasks_.find(tid);
  if (task != tasks_.end()) task->second.uid = uid;
}

void TaskTable::forget_uid(std::int32_t tid) {
  const auto task = tasks_.find(tid);
  if (task != tasks_.end()) task->second.uid.reset();
}

void TaskTable::forget_uids() {
  for (auto& [tid, task] : tasks_) task.uid.reset();
}

void TaskTable::on_exec(std::int32_t pid, std::int32_t old_pid) {
  if (pid == old_pid) return;
  last_ = nullptr;
  auto thread = tasks_.extract(old_pid);
  tasks_.erase(pid);
  if (thread.empty()) return;
  thread.key() = pid;
  tasks_.insert(std::move(thread));
}

}  // namespace ftracectl
