#include "kernel/events.hpp"

#include <algorithm>
#include <ftracectl/error.hpp>
#include <unordered_set>

#include "base/text.hpp"
#include "model/tracefs/event_patterns.hpp"
#include "model/tracefs/plan.hpp"

namespace ftracectl {

namespace {

std::vector<std::string> read_names(Files& files, const std::string& path) {
  const std::string text = files.read(path);
  std::vector<std::string> names;
  for (const auto line : split_lines(text)) {
    if (const auto name = trim(line); !name.empty()) names.emplace_back(name);
  }
  return names;
}

/// Whether it is a name and no pattern, and names nothing but a folder when it is part of a path.
bool is_plain_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return c == '_' || c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

constexpr std::string_view own_system = "ftrace";

/// The entries of ftrace's own tracers, which have a format and cannot be switched, "ftrace:print".
std::vector<std::string> read_own_entries(Files& files) {
  const std::string folder = "events/" + std::string(own_system);
  std::vector<std::string> entries;
  if (!files.exists(folder)) return entries;
  for (const auto& name : files.list(folder)) {
    if (files.exists(folder + "/" + name + "/format"))
      entries.push_back(std::string(own_system) + ":" + name);
  }
  return entries;
}

bool is_own_entry(Files& files, std::string_view pattern) {
  const auto event = parse_event_pattern(pattern);
  return event.system == own_system && is_plain_name(event.name) &&
         files.exists(event_folder("", event.system + ":" + event.name) + "format");
}

}  // namespace

std::vector<std::string> read_available_events(Files& files) { return read_names(files, "available_events"); }

std::vector<std::string> read_active_events(Files& files, const std::string& prefix) {
  return read_names(files, prefix + "set_event");
}

std::vector<std::string> read_enabled_events(Files& files, const std::string& prefix) {
  auto events = read_active_events(files, prefix);
  const auto is_off = [&](const std::string& event) {
    return trim(files.read(event_folder(prefix, event) + "enable")).starts_with('0');
  };
  events.erase(std::remove_if(events.begin(), events.end(), is_off), events.end());
  return events;
}

std::vector<std::string> resolve_events(const std::vector<std::string>& patterns,
                                        const std::vector<std::string>& available) {
  std::vector<std::string> resolved;
  std::unordered_set<std::string> seen;
  for (const auto& pattern : patterns) {
    const auto matches = matching_events(pattern, available);
    if (matches.empty()) throw Error(ErrorCode::unknown_event, unknown_event_message(pattern, available));
    for (const auto& event : matches) {
      if (seen.insert(event).second) resolved.push_back(event);
    }
  }
  return resolved;
}

bool has_event(Files& files, std::string_view full_name) {
  const auto event = parse_event_pattern(full_name);
  return is_plain_name(event.system) && is_plain_name(event.name) &&
         files.exists(event_folder("", event.system + ":" + event.name) + "enable");
}

std::vector<std::string> find_events(Files& files, const std::vector<std::string>& patterns) {
  std::vector<std::string> names;
  for (const auto& pattern : patterns) {
    if (is_own_entry(files, pattern)) {
      throw Error(
          ErrorCode::unknown_event,
          pattern + " is one of ftrace's own entries: it has a format but cannot be enabled or filtered");
    }
    if (!has_event(files, pattern)) return resolve_events(patterns, read_available_events(files));
    const auto event = parse_event_pattern(pattern);
    names.push_back(event.system + ":" + event.name);
  }
  return resolve_events(patterns, names);
}

std::vector<std::string> find_formats(Files& files, const std::vector<std::string>& patterns) {
  const auto is_own = [](const std::string& pattern) {
    return parse_event_pattern(pattern).system == own_system;
  };
  if (std::none_of(patterns.begin(), patterns.end(), is_own)) return find_events(files, patterns);
  auto available = read_available_events(files);
  const auto own = read_own_entries(files);
  available.insert(available.end(), own.begin(), own.end());
  return resolve_events(patterns, available);
}

EventSchema read_schema(Files& files, const std::string& full_name) {
  const std::string path = event_folder("", full_name) + "format";
  return parse_format(files.read(path), full_name.substr(0, full_name.find(':')), path);
}

std::vector<std::string> builtin_entries(Files& files) {
  std::vector<std::string> entries;
  for (const char* name : {"kernel_stack", "user_stack", "print", "raw_data", "bprint", "bputs"}) {
    const std::string event = std::string("ftrace:") + name;
    if (files.exists(event_folder("", event) + "format")) entries.push_back(event);
  }
  return entries;
}

}  // namespace ftracectl
