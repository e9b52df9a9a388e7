#include "live/exec_preset.hpp"

#include <algorithm>
#include <ftracectl/error.hpp>

#include "kernel/events.hpp"

namespace ftracectl {

namespace {

template <typename List>
bool contains(const List& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

}  // namespace

bool is_exec_enter(std::string_view event) { return contains(exec_enter_events, event); }

std::vector<std::string> exec_preset(Files& files, bool with_ends) {
  if (!has_event(files, exec_event)) {
    throw Error(ErrorCode::feature_missing, "this kernel has no event " + std::string(exec_event) +
                                                ", which capturing execs needs; name events to "
                                                "capture others");
  }
  std::vector<std::string> preset;
  const auto add = [&](std::string_view event) {
    if (has_event(files, event)) preset.emplace_back(event);
  };
  for (const auto event : exec_enter_events) add(event);
  add(exec_event);
  for (const auto event : exec_exit_events) add(event);
  if (with_ends) {
    for (const auto event : end_events) add(event);
  }
  for (const auto event : task_events) add(event);
  for (const auto event : uid_events) add(event);
  return preset;
}

bool tell_users(const std::vector<std::string>& events) {
  const auto has = [&](std::string_view event) { return contains(events, event); };
  return std::all_of(task_events.begin(), task_events.end(), has) &&
         std::all_of(uid_events.begin(), uid_events.begin() + uid_events_everywhere, has) &&
         std::all_of(exec_enter_events.begin(), exec_enter_events.end(), has);
}

ExecSources exec_sources(const std::vector<std::string>& events) {
  ExecSources sources;
  for (const auto& event : events) {
    sources.enter = sources.enter || is_exec_enter(event);
    sources.exec = sources.exec || event == exec_event;
    sources.exit = sources.exit || contains(exec_exit_events, event);
  }
  return sources;
}

}  // namespace ftracectl
