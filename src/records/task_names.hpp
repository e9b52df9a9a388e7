#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "records/task_table.hpp"

namespace ftracectl {

/// The names of tasks for events that do not have them, as binary pages do: exact where the stream itself
/// tells (TaskTable), else what the machine says when it is asked, which may be a later name.
class TaskNames {
 public:
  /// The machine's answer; empty where it does not know the task (any more).
  using Ask = std::function<std::string(std::int32_t tid)>;

  /// `tasks` outlives it.
  TaskNames(const TaskTable& tasks, Ask ask) : tasks_(tasks), ask_(std::move(ask)) {}

  /// The name at a moment (of the buffer's clock), "<...>" where nobody knows it. Lives until the next call.
  std::string_view find(std::int32_t tid, std::uint64_t time);

 private:
  struct Answer {
    std::string name;
    std::uint64_t asked = 0;  ///< when, by the buffer's clock
  };

  const TaskTable& tasks_;
  Ask ask_;
  std::unordered_map<std::int32_t, Answer> answers_;
};

}  // namespace ftracectl
