#include "records/task_events.hpp"

#include <algorithm>

namespace ftracectl {

namespace {

constexpr std::size_t uid_events_everywhere = 6;

std::string_view name_of(std::string_view event) { return event.substr(event.find(':') + 1); }

}  // namespace

bool tell_tasks_and_users(const std::vector<FoundEvent>& events) {
  const auto has = [&](std::string_view name) {
    return std::any_of(events.begin(), events.end(),
                       [&](const FoundEvent& event) { return event.name == name; });
  };
  return std::all_of(task_events.begin(), task_events.end(), has) &&
         std::all_of(uid_events.begin(), uid_events.begin() + uid_events_everywhere, has);
}

void add_task_events(std::vector<EventUse>& uses) {
  const auto add = [&](std::string_view event) {
    uses.push_back(
        {{std::string(event)}, EventUse::Need::useful, EventUse::Filter::none, EventUse::Purpose::tasks});
  };
  for (const auto event : task_events) add(event);
  for (const auto event : uid_events) add(event);
}

bool tells_of_tasks(std::string_view name) {
  return std::any_of(task_events.begin(), task_events.end(),
                     [&](std::string_view event) { return name_of(event) == name; });
}

}  // namespace ftracectl
