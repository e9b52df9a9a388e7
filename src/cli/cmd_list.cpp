#include <ftracectl/error.hpp>
#include <ostream>
#include <unordered_set>

#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/event_lines.hpp"
#include "cli/target.hpp"
#include "kernel/events.hpp"

namespace ftracectl::cli {

namespace {

CommandLine make_line() {
  CommandLine line(
      {"list [PATTERN...] [OPTIONS]",
       "Lists the events of this kernel, with 'on' or 'off' before each, and beside those that\n"
       "are on their filter and triggers. PATTERN is SYSTEM:NAME, SYSTEM/NAME or NAME, each with\n"
       "*, ? and [a-z]; without one, all events.\n"
       "'ftracectl status' shows what is set on events that are off.",
       "ftracectl list 'syscalls:sys_enter_exec*'\n  ftracectl list 'sched:*' --json"});
  add_instance_option(line);
  line.options()("json", "print a JSON array; 'filter' and 'triggers' only of events that are on");
  line.positional("pattern");
  return line;
}

/// Only the few active events are looked at one by one: a machine has more than 2,000.
std::vector<EventState> read_states(Target& target, const std::vector<std::string>& events) {
  const auto active = read_active_events(target.files, target.prefix);
  const std::unordered_set<std::string> is_active(active.begin(), active.end());
  std::vector<EventState> states;
  for (const auto& event : events) {
    EventState state;
    if (is_active.count(event) > 0) {
      state = read_event_state(target.files, target.prefix, event);
    } else {
      state.event = event;
    }
    states.push_back(std::move(state));
  }
  return states;
}

void print_json(std::ostream& out, const std::vector<EventState>& states) {
  auto array = nlohmann::ordered_json::array();
  for (const auto& state : states) {
    if (state.active) {
      array.push_back(event_json(state));
    } else {
      array.push_back({{"event", state.event}, {"enabled", false}});
    }
  }
  out << json_text(array);
}

}  // namespace

int cmd_list(const Invocation& invocation) {
  CommandLine line = make_line();
  if (!line.parse(invocation)) return exit_status::ok;
  const auto patterns = positional_words(line, invocation, "pattern");
  Target target = open_target(line);
  auto events = read_available_events(target.files);
  if (!patterns.empty()) events = resolve_events(patterns, events);
  const auto states = read_states(target, events);
  if (line.has("json")) {
    print_json(invocation.out, states);
    return exit_status::ok;
  }
  std::vector<EventState> active;
  for (const auto& state : states) {
    if (state.active) active.push_back(state);
  }
  const std::size_t width = name_width(active);
  for (const auto& state : states) print_event(invocation.out, state, width);
  return exit_status::ok;
}

}  // namespace ftracectl::cli
