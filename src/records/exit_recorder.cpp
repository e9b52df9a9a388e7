#include "records/exit_recorder.hpp"

#include <array>

#include "records/process_ends.hpp"
#include "records/task_events.hpp"

namespace ftracectl {

namespace {

/// What a process ended with, and by which signal.
constexpr std::array<std::string_view, 4> end_events = {"syscalls:sys_enter_exit_group",
                                                        "syscalls:sys_enter_exit", "signal:signal_deliver",
                                                        "signal:signal_generate"};

class ExitRecorder final : public Recorder {
 public:
  explicit ExitRecorder(const RecorderParts& parts)
      : tasks_(parts.tasks), ends_([&out = parts.out](const ExitRecord& record) { out.put(record); }) {}

  /// The events of tasks are there for the sake of records alone.
  bool add(const Event& event) override {
    if (ends_.add(event, tasks_)) return true;
    return event.schema != nullptr && (event.name == "sched_process_exec" || is_about_tasks(event.name));
  }

 private:
  static bool is_about_tasks(std::string_view name) {
    return tells_of_tasks(name) || is_one_of_setuid(name, "sys_enter_") ||
           is_one_of_setuid(name, "sys_exit_");
  }

  const TaskTracker& tasks_;
  ProcessEnds ends_;
};

std::vector<EventUse> events_of_exit(const RecorderWish& /*wish*/) {
  std::vector<EventUse> uses;
  for (const auto event : end_events) uses.push_back({{std::string(event)}});
  uses.push_back({{"sched:sched_process_exec"}});
  add_task_events(uses);
  return uses;
}

}  // namespace

const RecorderKind exit_kind = {
    .name = "exit",
    .key = "lifetime",
    .summary = "ends of processes",
    .is_rare = true,
    .events = events_of_exit,
    .make = [](const RecorderSettings& /*settings*/, const RecorderParts& parts)
        -> std::unique_ptr<Recorder> { return std::make_unique<ExitRecorder>(parts); },
};

}  // namespace ftracectl
