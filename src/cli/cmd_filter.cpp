#include <algorithm>
#include <ftracectl/error.hpp>
#include <ostream>

#include "base/text.hpp"
#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/filter_options.hpp"
#include "cli/leftovers.hpp"
#include "cli/notes.hpp"
#include "cli/target.hpp"
#include "model/filter/filter_terms.hpp"

namespace ftracectl::cli {

namespace {

CommandLine make_line() {
  CommandLine line({"filter EVENT [EXPR|--clear] [OPTIONS]",
                    "Shows an event's filter ('none' if it has none), sets it, or clears it. "
                    "EVENT may be a pattern: then only events that have a filter are shown, with "
                    "their names, and a new filter is set on all of them or on none.\n"
                    "If the kernel refuses a filter, the previous one stays in force. A filter "
                    "that the kernel would refuse, or that could never match, is refused before "
                    "anything is written.",
                    "ftracectl filter sched:sched_switch 'prev_pid == 100 || next_pid == 100'\n  "
                    "ftracectl filter sched:sched_switch --clear"});
  add_instance_option(line);
  line.options()("clear", "remove the filter");
  add_selection_options(line);
  add_force_option(line);
  line.options()("dry-run", "print the writes as shell lines, and write nothing");
  line.positional("event");
  return line;
}

void show(const Invocation& invocation, const std::vector<EventState>& states) {
  std::size_t width = 0;
  for (const auto& state : states) width = std::max(width, state.event.size());
  for (const auto& state : states) {
    const auto& filter = state.filter;
    if (!filter.reason.empty()) {
      invocation.err << "ftracectl: note: " << state.event << " is not filtered: the kernel refused '"
                     << filter.refused << "': " << filter.reason << "\n";
    }
    if (states.size() == 1) {
      invocation.out << (filter.expression.empty() ? "none" : filter.expression) << "\n";
    } else if (!filter.expression.empty()) {
      invocation.out << state.event << std::string(width + 2 - state.event.size(), ' ') << filter.expression
                     << "\n";
    }
  }
}

/// No plan for an empty filter.
Plan filters_for(const Target& target, const std::vector<std::string>& events, const std::string& filter) {
  Plan plan;
  for (const auto& event : events) {
    if (filter.empty()) break;
    plan.push_back({Step::Kind::set_filter, event_folder(target.prefix, event) + "filter", filter});
  }
  return plan;
}

}  // namespace

int cmd_filter(const Invocation& invocation) {
  CommandLine line = make_line();
  if (!line.parse(invocation)) return exit_status::ok;
  const auto words = line.all("event");
  const bool clear = line.has("clear");
  if (words.size() > (clear ? 1u : 2u))
    line.fail("filter takes one event and one expression: is a quote missing?");
  if (words.size() == 2 && trim(words[1]).empty())
    line.fail("the expression is empty; --clear removes a filter");
  const std::string own = words.size() == 2 ? words[1] : "";
  const std::string filter = both_filters(selection_filter(line), own);
  if (clear && !filter.empty()) line.fail("--clear cannot be combined with a filter");
  if (!filter.empty() || clear) recover_leftovers(line, invocation);
  Target target = filter.empty() ? open_target(line) : open_or_make_target(line, invocation);
  const auto events = events_named(line, target, first_of(words));
  if (filter.empty() && !clear) {
    show(invocation, read_event_states(target, events));
    return exit_status::ok;
  }
  const Plan plan = filters_for(target, events, clear ? "0" : filter);
  check_before_writing(line, invocation.err, target.files, filters_for(target, events, own), plan);
  if (line.has("dry-run")) {
    print_dry_run(invocation.out, target, plan);
    return exit_status::ok;
  }
  put_in_force(target, plan);
  warn_of_unfiltered_triggers(invocation.err, read_event_states(target, events));
  return exit_status::ok;
}

}  // namespace ftracectl::cli
