#include "records/exec_filling.hpp"

#include <utility>

#include "records/task_tracker.hpp"

namespace ftracectl {

std::string name_given_by(const ExecRecord& record) {
  return record.filename ? std::string(name_given_by_file(*record.filename)) : std::string();
}

ExecRecord::Syscall syscall_of(const Event& event) {
  return event.name.ends_with("at") ? ExecRecord::Syscall::execveat : ExecRecord::Syscall::execve;
}

void forget_arguments(ExecRecord& record) {
  record.argv.reset();
  record.argv_from = ValueSource::none;
  std::erase(record.truncated, "argv");
}

namespace {

/// Whether the program that ran when the event happened is the new one.
bool is_of_new_program(const Event& event) {
  return event.name == "sched_process_exec" ||
         (event.name.starts_with("sys_exit_") && event.number("ret").value_or(0) >= 0);
}

}  // namespace

void take_stacks(ExecRecord& record, const Event& event) {
  if (event.kernel_stack.empty() && event.user_stack.empty()) return;
  const auto take = [](std::vector<std::string>& to, const std::vector<std::string_view>& frames) {
    if (to.empty()) to.assign(frames.begin(), frames.end());
  };
  take(record.kernel_stack, event.kernel_stack);
  if (!is_of_new_program(event)) take(record.user_stack, event.user_stack);
}

bool take_fetched(ExecRecord& record, FetchedExec& call) {
  const bool is_better = !record.filename || !call.filename.is_cut;
  if (is_better && !call.filename.is_missing && record.filename_addr == call.filename_addr) {
    record.filename = std::move(call.filename.text);
    record.filename_from = call.source;
    std::erase(record.truncated, "filename");
    if (call.filename.is_cut) record.truncated.emplace_back("filename");
  }
  if (!call.arguments_are_known) return false;
  record.argv.emplace();
  record.argv_from = call.source;
  bool is_cut = call.has_more;
  bool is_doubtful = false;
  for (auto& argument : call.arguments) {
    is_cut = is_cut || argument.is_cut;
    is_doubtful = is_doubtful || argument.is_missing;
    record.argv->push_back(std::move(argument.text));
  }
  if (is_cut) record.truncated.emplace_back("argv");
  return is_doubtful;
}

}  // namespace ftracectl
