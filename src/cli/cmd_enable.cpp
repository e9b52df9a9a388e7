#include <ftracectl/error.hpp>
#include <ostream>

#include "base/text.hpp"
#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/filter_options.hpp"
#include "cli/leftovers.hpp"
#include "cli/notes.hpp"
#include "cli/target.hpp"
#include "session/event_plans.hpp"

namespace ftracectl::cli {

namespace {

namespace po = boost::program_options;

CommandLine make_line() {
  CommandLine line(
      {"enable EVENT... [--filter EXPR] [--trigger SPEC]... [OPTIONS]",
       "Switches events on, until 'ftracectl disable' or a reboot. EVENT is "
       "SYSTEM:NAME, SYSTEM/NAME, NAME or a pattern ('sched:*', 'sys_enter_exec*').\n"
       "\n"
       "Sets the filter first, then the triggers, then switches the event on, and "
       "reads each back. If the kernel refuses one, all are put back. A filter or "
       "trigger that the kernel would refuse, or that could never match, is refused "
       "before anything is written.\n"
       "The kernel fires triggers even for events that the filter drops, so a "
       "trigger without an 'if' of its own gets the filter as its 'if'. Without "
       "--filter, an event keeps the filter it has.",
       "ftracectl enable syscalls:sys_enter_execve --filter 'common_pid==100' --trigger stacktrace\n  "
       "ftracectl enable 'sched:sched_process_*' --comm 'make*' --instance mine --dry-run"});
  add_instance_option(line);
  line.options()("filter", po::value<std::string>()->value_name("EXPR"), "record only events that match");
  line.options()("trigger", po::value<std::vector<std::string>>()->value_name("SPEC"),
                 "what to do when the event fires: stacktrace, traceoff:1, 'traceon if "
                 "common_pid==5'; may be repeated");
  add_selection_options(line);
  add_force_option(line);
  line.options()("dry-run", "print the writes as shell lines, and write nothing");
  line.positional("event");
  return line;
}

EventWishes read_wishes(const CommandLine& line) {
  if (line.has("filter") && trim(line.text("filter")).empty()) {
    line.fail(
        "--filter needs an expression; to remove a filter: ftracectl filter EVENT "
        "--clear");
  }
  EventWishes wishes{whole_filter(line), line.all("trigger")};
  for (const auto& trigger : wishes.triggers) {
    if (trim(trigger).empty()) line.fail("--trigger needs a trigger, such as stacktrace");
    if (trim(trigger).starts_with('!'))
      line.fail("to remove a trigger: ftracectl trigger EVENT --remove SPEC");
  }
  return wishes;
}

void note_kept_filters(std::ostream& err, const std::vector<EventState>& states) {
  for (const auto& state : states) {
    if (state.filter.expression.empty()) continue;
    err << "ftracectl: note: " << state.event << " keeps its filter: " << state.filter.expression << "\n";
  }
}

}  // namespace

int cmd_enable(const Invocation& invocation) {
  CommandLine line = make_line();
  if (!line.parse(invocation)) return exit_status::ok;
  const EventWishes wishes = read_wishes(line);
  const auto patterns = line.all("event");
  recover_leftovers(line, invocation);
  Target target = open_or_make_target(line, invocation);
  const auto events = events_named(line, target, patterns);
  const Plan plan = plan_enable(target.prefix, events, wishes);
  check_before_writing(line, invocation.err, target.files,
                       plan_in_own_words(target.prefix, events, {line.text("filter"), wishes.triggers}),
                       plan);
  if (line.has("dry-run")) {
    print_dry_run(invocation.out, target, plan);
  } else {
    put_in_force(target, plan);
  }
  const auto states = read_event_states(target, events);
  if (wishes.filter.empty()) note_kept_filters(invocation.err, states);
  warn_of_unfiltered_triggers(invocation.err, states);
  warn_if_off(invocation.err, target);
  return exit_status::ok;
}

}  // namespace ftracectl::cli
