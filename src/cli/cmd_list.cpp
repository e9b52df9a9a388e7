#include <algorithm>
#include <ftracectl/error.hpp>
#include <ostream>
#include <unordered_map>

#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/event_lines.hpp"
#include "cli/target.hpp"
#include "kernel/events.hpp"

namespace ftracectl::cli {

namespace {

CommandLine make_line() {
  CommandLine line({"list [PATTERN...] [OPTIONS]",
                    "Lists this kernel's events, each with 'on' or 'off', and the filter and "
                    "triggers of those that are on. PATTERN is SYSTEM:NAME, SYSTEM/NAME or NAME, "
                    "with the wildcards *, ? and [a-z]; without one, all events are listed.\n"
                    "'ftracectl status' also shows filters and triggers of events that are off.",
                    "ftracectl list 'syscalls:sys_enter_exec*'\n  ftracectl list 'sched:*' --json"});
  add_instance_option(line);
  line.options()("json", "print a JSON array; 'filter' and 'triggers' are given for events that are on");
  line.positional("pattern");
  return line;
}

using States = std::unordered_map<std::string, EventState>;

/// Of those of the events that are active. Only these few are looked at one by one: a machine has more than
/// 2,000.
States read_active_states(Target& target, const std::vector<std::string>& events) {
  States states;
  for (const auto& event : read_active_events(target.files, target.prefix)) {
    if (std::find(events.begin(), events.end(), event) == events.end()) continue;
    auto state = read_event_state(target.files, target.prefix, event);
    if (state.active) states.emplace(event, std::move(state));
  }
  return states;
}

void print_json(std::ostream& out, const std::vector<std::string>& events, const States& active) {
  auto array = nlohmann::ordered_json::array();
  for (const auto& event : events) {
    const auto found = active.find(event);
    if (found != active.end()) {
      array.push_back(event_json(found->second));
    } else {
      array.push_back({{"event", event}, {"enabled", false}});
    }
  }
  out << json_text(array);
}

void print_text(std::ostream& out, const std::vector<std::string>& events, const States& active) {
  std::size_t width = 0;
  for (const auto& [event, state] : active) width = std::max(width, event.size());
  for (const auto& event : events) {
    const auto found = active.find(event);
    if (found != active.end()) {
      print_event(out, found->second, width);
    } else {
      out << "off  " << event << '\n';
    }
  }
}

}  // namespace

int cmd_list(const Invocation& invocation) {
  CommandLine line = make_line();
  if (!line.parse(invocation)) return exit_status::ok;
  const auto patterns = line.all("pattern");
  Target target = open_target(line);
  const auto events =
      patterns.empty() ? read_available_events(target.files) : find_events(target.files, patterns);
  const auto active = read_active_states(target, events);
  if (line.has("json")) {
    print_json(invocation.out, events, active);
  } else {
    print_text(invocation.out, events, active);
  }
  return exit_status::ok;
}

}  // namespace ftracectl::cli
