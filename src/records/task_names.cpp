#include "records/task_names.hpp"

namespace ftracectl {

namespace {

/// A name may change, and a number go to another task: then the machine is asked again.
constexpr std::uint64_t answer_holds_ns = 1'000'000'000;
constexpr std::size_t max_answers = 65536;

constexpr std::string_view unknown_name = "<...>";
constexpr std::string_view idle_name = "<idle>";  // as the kernel prints it

}  // namespace

std::string_view TaskNames::find(std::int32_t tid, std::uint64_t time) {
  if (tid == 0) return idle_name;
  const Task* task = tasks_.find(tid);
  if (task != nullptr && task->comm) return *task->comm;
  if (!ask_) return unknown_name;
  if (answers_.size() >= max_answers) answers_.clear();
  const auto [answer, is_new] = answers_.try_emplace(tid);
  if (is_new || time > answer->second.asked + answer_holds_ns) {
    std::string name = ask_(tid);
    if (!name.empty()) answer->second.name = std::move(name);
    answer->second.asked = time;
  }
  return answer->second.name.empty() ? unknown_name : std::string_view(answer->second.name);
}

}  // namespace ftracectl
