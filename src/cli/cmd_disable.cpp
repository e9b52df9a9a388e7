#include <algorithm>
#include <ftracectl/error.hpp>
#include <ostream>

#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/leftovers.hpp"
#include "cli/notes.hpp"
#include "cli/target.hpp"
#include "session/event_plans.hpp"

namespace ftracectl::cli {

namespace {

CommandLine make_line() {
  CommandLine line({"disable EVENT... [--keep] [OPTIONS]",
                    "Undoes 'ftracectl enable': switches the events off and removes their "
                    "triggers and filters, in an order that never leaves an event on without its "
                    "filter. If the kernel refuses a step, everything is put back.",
                    "ftracectl disable syscalls:sys_enter_execve\n  ftracectl disable 'sched:*' --keep"});
  add_instance_option(line);
  line.options()("keep", "keep filters and triggers; a trigger fires even while its event is off");
  line.options()("dry-run", "print the writes as shell lines, and write nothing");
  line.positional("event");
  return line;
}

}  // namespace

int cmd_disable(const Invocation& invocation) {
  CommandLine line = make_line();
  if (!line.parse(invocation)) return exit_status::ok;
  const auto patterns = line.all("event");
  recover_leftovers(line, invocation);
  Target target = open_target(line);
  const auto events = events_named(line, target, patterns);
  auto states = read_event_states(target, events);
  std::erase_if(states, [](const EventState& state) { return state.is_plain(); });
  const Plan plan = plan_disable(target.prefix, states, line.has("keep"));
  if (line.has("dry-run")) {
    print_dry_run(invocation.out, target, plan);
    return exit_status::ok;
  }
  put_in_force(target, plan);
  if (line.has("keep")) warn_of_firing_triggers(invocation.err, read_event_states(target, events));
  return exit_status::ok;
}

}  // namespace ftracectl::cli
