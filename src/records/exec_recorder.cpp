#include "records/exec_recorder.hpp"

#include <algorithm>

#include "records/task_events.hpp"

namespace ftracectl {

namespace {

class ExecRecorder final : public Recorder {
 public:
  ExecRecorder(const ExecSources& sources, const RecorderParts& parts)
      : follows_users_(sources.follows_uids),
        correlator_(
            parts.tasks, sources,
            {[&out = parts.out](const ExecRecord& record) { out.put(record); }, parts.questions.on_exec,
             parts.questions.before_record,
             [&out = parts.out](std::int32_t tid, std::uint64_t time) { out.user_changed(tid, time); }}) {}

  bool add(const Event& event) override { return correlator_.add(event); }
  void lost() override { correlator_.lost(); }
  void finish() override { correlator_.finish(); }
  bool follows_users() const override { return follows_users_; }

 private:
  bool follows_users_;
  ExecCorrelator correlator_;
};

std::vector<EventUse> events_of_exec(const RecorderWish& /*wish*/) {
  using Need = EventUse::Need;
  using Filter = EventUse::Filter;
  std::vector<EventUse> uses;
  for (const auto event : exec_enter_events)
    uses.push_back({{std::string(event)}, Need::useful, Filter::users});
  // The only event of an exec where the kernel has no syscall events.
  uses.push_back({{std::string(exec_event)}, Need::required, Filter::users_if_alone});
  for (const auto event : exec_exit_events) uses.push_back({{std::string(event)}});
  add_task_events(uses);
  return uses;
}

/// The kernel's own string of 7.x may be cut at 128 bytes, and is no argument vector: all of them are fetched.
std::vector<Fetch> fetches_of_exec(const EventSchema& schema) {
  if (schema.name == "sys_enter_execve")
    return {{"execve", 0, "filename"}, {"execve", 1, "argv", Fetch::What::strings}};
  if (schema.name == "sys_enter_execveat")
    return {{"execveat", 1, "filename"}, {"execveat", 2, "argv", Fetch::What::strings}};
  return {};
}

RecorderSettings settle_exec(const RecorderWish& wish, const std::vector<FoundEvent>& events) {
  const auto has = [&](std::string_view name) {
    return std::any_of(events.begin(), events.end(),
                       [&](const FoundEvent& event) { return event.name == name; });
  };
  ExecSources sources;
  sources.enter = std::any_of(exec_enter_events.begin(), exec_enter_events.end(), has);
  sources.exec = has(exec_event);
  sources.exit = std::any_of(exec_exit_events.begin(), exec_exit_events.end(), has);
  sources.enter_selects = sources.enter && wish.has_filter;
  sources.tasks_are_silent = !wish.by_events;
  // A thread may go on under its leader's number, which is not looked at.
  sources.follows_uids = !wish.by_events && !wish.has_tids && tell_tasks_and_users(events) &&
                         std::all_of(exec_enter_events.begin(), exec_enter_events.end(), has);
  return settings_of(sources);
}

}  // namespace

const RecorderKind exec_kind = {
    .name = "exec",
    .key = "exec",
    .summary = "attempts to exec a program",
    .is_rare = true,
    .events = events_of_exec,
    .make = [](const RecorderSettings& settings, const RecorderParts& parts) -> std::unique_ptr<Recorder> {
      return std::make_unique<ExecRecorder>(exec_sources_of(settings), parts);
    },
    .settle = settle_exec,
    .fetches = fetches_of_exec,
};

RecorderSettings settings_of(const ExecSources& sources) {
  RecorderSettings settings;
  settings.set("enter", sources.enter);
  settings.set("exec", sources.exec);
  settings.set("exit", sources.exit);
  settings.set("enter_selects", sources.enter_selects);
  settings.set("tasks_are_silent", sources.tasks_are_silent);
  settings.set(follows_users_setting, sources.follows_uids);
  return settings;
}

ExecSources exec_sources_of(const RecorderSettings& settings) {
  ExecSources sources;
  sources.enter = settings.flag("enter");
  sources.exec = settings.flag("exec");
  sources.exit = settings.flag("exit");
  sources.enter_selects = settings.flag("enter_selects");
  sources.tasks_are_silent = settings.flag("tasks_are_silent");
  sources.follows_uids = settings.flag(follows_users_setting);
  return sources;
}

ChosenRecorder exec_recorder(const ExecSources& sources) { return {&exec_kind, settings_of(sources)}; }

std::optional<ChosenRecorder> exec_recorder_of(const std::vector<std::string>& events,
                                               bool enters_are_filtered) {
  RecorderWish wish;
  wish.by_events = true;
  wish.has_filter = enters_are_filtered;
  std::vector<FoundEvent> found;
  for (const auto& event : events) found.push_back({event});
  ChosenRecorder recorder{&exec_kind, settle_exec(wish, found)};
  const ExecSources sources = exec_sources_of(recorder.settings);
  if (!sources.enter && !sources.exec && !sources.exit) return std::nullopt;
  return recorder;
}

ChosenRecorder exec_recorder_for_unknown() {
  ExecSources sources;
  sources.enter = sources.exec = sources.exit = true;
  return exec_recorder(sources);
}

}  // namespace ftracectl
