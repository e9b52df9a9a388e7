#include <algorithm>
#include <ftracectl/error.hpp>
#include <ostream>

#include "base/text.hpp"
#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/leftovers.hpp"
#include "cli/notes.hpp"
#include "cli/target.hpp"

namespace ftracectl::cli {

namespace {

CommandLine make_line() {
  CommandLine line(
      {"filter EVENT [EXPR|--clear] [OPTIONS]",
       "Shows the filter of an event ('none' without one), sets it, or clears it.\n"
       "EVENT may be a pattern: the filters of several events are shown with their names, those\n"
       "that have one, and set on all of them or none. When the kernel refuses a filter, the one\n"
       "before it stays in force.",
       "ftracectl filter sched:sched_switch 'prev_pid == 100 || next_pid == 100'\n  "
       "ftracectl filter sched:sched_switch --clear"});
  add_instance_option(line);
  line.options()("clear", "remove the filter");
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

}  // namespace

int cmd_filter(const Invocation& invocation) {
  CommandLine line = make_line();
  if (!line.parse(invocation)) return exit_status::ok;
  const auto words = positional_words(line, invocation, "event");
  const bool clear = line.has("clear");
  if (words.size() > (clear ? 1u : 2u))
    line.fail("one event and one expression are enough: is a quote missing?");
  if (words.size() == 2 && trim(words[1]).empty())
    line.fail("the expression is empty; --clear removes a filter");
  if (words.size() == 2 || clear) recover_leftovers(line, invocation);
  Target target = words.size() == 2 ? open_or_make_target(line, invocation) : open_target(line);
  const auto events = events_named(line, target, first_of(words));
  if (words.size() < 2 && !clear) {
    show(invocation, read_event_states(target, events));
    return exit_status::ok;
  }
  Plan plan;
  for (const auto& event : events) {
    const std::string path = event_folder(target.prefix, event) + "filter";
    plan.push_back({Step::Kind::set_filter, path, clear ? "0" : words[1]});
  }
  put_in_force(target, plan);
  warn_of_unfiltered_triggers(invocation.err, read_event_states(target, events));
  return exit_status::ok;
}

}  // namespace ftracectl::cli
