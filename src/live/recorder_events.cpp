#include "live/recorder_events.hpp"

#include <algorithm>
#include <ftracectl/error.hpp>

#include "kernel/events.hpp"

namespace ftracectl {

namespace {

bool is_pattern(const std::string& name) { return name.find_first_of("*?[") != std::string::npos; }

/// The events of the first of the names that has any; none where the kernel has no such events.
std::vector<std::string> find_some(Files& files, const std::vector<std::string>& names) {
  for (const auto& name : names) {
    if (!is_pattern(name)) {
      if (has_event(files, name)) return {name};
      continue;
    }
    try {
      return find_events(files, {name});
    } catch (const Error& error) {
      if (error.code() != ErrorCode::unknown_event) throw;
    }
  }
  return {};
}

[[noreturn]] void fail_without(Files& files, const RecorderKind& kind, const EventUse& use) {
  const std::string& event = use.names.front();
  const bool lacks_syscalls =
      event.starts_with("syscalls:") && !has_event(files, "syscalls:sys_enter_execve");
  if (lacks_syscalls)
    throw Error(ErrorCode::feature_missing,
                "this kernel has no syscall events (CONFIG_FTRACE_SYSCALLS is off), which " +
                    std::string(kind.name) + " records need");
  if (use.need == EventUse::Need::chosen) find_events(files, {event});
  throw Error(ErrorCode::feature_missing, "this kernel has no event " + event + ", which " +
                                              std::string(kind.name) +
                                              " records need; name events to capture others");
}

}  // namespace

std::vector<FoundEvent> find_recorder_events(Files& files, const RecorderKind& kind,
                                             const RecorderWish& wish) {
  std::vector<FoundEvent> events;
  for (const auto& use : kind.events(wish)) {
    const auto found = find_some(files, use.names);
    if (found.empty() && use.need != EventUse::Need::useful) fail_without(files, kind, use);
    std::vector<FoundEvent> of_use;
    for (const auto& name : found) of_use.push_back({name, use.filter, use.purpose});
    add_events(events, of_use);
  }
  return events;
}

void add_events(std::vector<FoundEvent>& events, const std::vector<FoundEvent>& more) {
  for (const auto& event : more) {
    const auto known = std::find_if(events.begin(), events.end(),
                                    [&](const FoundEvent& other) { return other.name == event.name; });
    if (known == events.end()) {
      events.push_back(event);
    } else if (event.filter != EventUse::Filter::none) {
      known->filter = event.filter;
    }
  }
}

std::vector<std::string> takers_of_filter(const std::vector<FoundEvent>& events) {
  std::vector<std::string> takers;
  for (const auto filter : {EventUse::Filter::users, EventUse::Filter::users_if_alone}) {
    for (const auto& event : events) {
      if (event.filter == filter) takers.push_back(event.name);
    }
    if (!takers.empty()) return takers;
  }
  return takers;
}

std::vector<std::string> names_of(const std::vector<FoundEvent>& events) {
  std::vector<std::string> names;
  for (const auto& event : events) names.push_back(event.name);
  return names;
}

}  // namespace ftracectl
