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
#include "model/tracefs/hist_removal.hpp"

namespace ftracectl::cli {

namespace {

namespace po = boost::program_options;

CommandLine make_line() {
  CommandLine line({"trigger EVENT [SPEC|--remove SPEC|--clear] [OPTIONS]",
                    "Shows an event's triggers ('none' if it has none), adds one, or removes one "
                    "or all. An event takes one trigger of each kind (traceon and traceoff are "
                    "one kind). A trigger fires even while its event is off, and for events that "
                    "the event's filter drops; give it an 'if' of its own to restrict it.",
                    "ftracectl trigger sched:sched_switch 'stacktrace:5 if prev_pid == 100'\n  "
                    "ftracectl trigger sched:sched_switch --remove stacktrace"});
  add_instance_option(line);
  line.options()("remove", po::value<std::string>()->value_name("SPEC"),
                 "remove the trigger of this kind, whatever its count and 'if'");
  line.options()("clear", "remove all triggers");
  add_force_option(line);
  line.options()("dry-run", "print the writes as shell lines, and write nothing");
  line.positional("event");
  return line;
}

void show(std::ostream& out, const std::vector<EventState>& states) {
  std::size_t width = 0;
  for (const auto& state : states) width = std::max(width, state.event.size());
  for (const auto& state : states) {
    for (const auto& trigger : state.triggers) {
      if (states.size() > 1) out << state.event << std::string(width + 2 - state.event.size(), ' ');
      out << trigger.text() << "\n";
    }
  }
  if (states.size() == 1 && states.front().triggers.empty()) out << "none\n";
}

/// What is asked: at most one of a new trigger, one to remove, and --clear.
struct Wish {
  std::string add;
  std::string remove;
  bool clear = false;
  bool any() const { return !add.empty() || !remove.empty() || clear; }
};

Wish read_wish(const CommandLine& line, const std::vector<std::string>& words) {
  Wish wish{words.size() > 1 ? std::string(trim(words[1])) : "", std::string(trim(line.text("remove"))),
            line.has("clear")};
  if (words.size() > 2) line.fail("trigger takes one event and one trigger: is a quote missing?");
  if (words.size() > 1 && wish.add.empty()) line.fail("the trigger is empty");
  if (line.has("remove") && wish.remove.empty()) line.fail("--remove needs a trigger");
  // As the kernel's own notation has it.
  if (wish.remove.empty() && wish.add.starts_with('!')) {
    wish.remove = trim(std::string_view(wish.add).substr(1));
    wish.add.clear();
  }
  if (wish.remove.starts_with('!')) wish.remove.erase(0, 1);
  if (static_cast<int>(!wish.add.empty()) + static_cast<int>(!wish.remove.empty()) +
          static_cast<int>(wish.clear) >
      1) {
    line.fail("a new trigger, --remove and --clear cannot be combined");
  }
  return wish;
}

/// `--remove hist` names the one that there is; the kernel wants its keys.
void name_hist(const CommandLine& line, const std::vector<EventState>& states, Wish& wish) {
  if (wish.remove != "hist") return;
  std::vector<std::string> there;
  for (const auto& state : states) {
    for (const auto& trigger : hist_triggers_meant(state.triggers, "hist")) there.push_back(trigger.text());
  }
  if (there.size() == 1) wish.remove = there.front();
  if (there.size() > 1) line.fail("there are several hist triggers; say which: " + join(there, ", "));
}

Plan plan_of(const Target& target, const std::vector<EventState>& states, const Wish& wish) {
  Plan plan;
  for (const auto& state : states) {
    const std::string path = event_folder(target.prefix, state.event) + "trigger";
    if (!wish.add.empty()) plan.push_back({Step::Kind::add_trigger, path, wish.add});
    if (!wish.remove.empty()) plan.push_back({Step::Kind::remove_trigger, path, wish.remove});
    if (!wish.clear) continue;
    for (const auto& trigger : state.triggers) {
      plan.push_back({Step::Kind::remove_trigger, path, trigger.text()});
    }
  }
  return plan;
}

/// Not an error: the kernel accepts the removal of a trigger that is not there, too.
void note_missing(std::ostream& err, const std::vector<EventState>& states, const Wish& wish) {
  const auto kind = parse_trigger(wish.remove).kind();
  const auto has_it = [&](const EventState& state) {
    return std::any_of(state.triggers.begin(), state.triggers.end(),
                       [&](const Trigger& trigger) { return trigger.kind() == kind; });
  };
  if (std::any_of(states.begin(), states.end(), has_it)) return;
  err << "ftracectl: note: there was no trigger '" << wish.remove << "' to remove\n";
}

bool is_listed(const std::vector<EventState>& states, const std::string& text) {
  return std::any_of(states.begin(), states.end(), [&](const EventState& state) {
    return std::any_of(state.triggers.begin(), state.triggers.end(),
                       [&](const Trigger& trigger) { return trigger.text() == text; });
  });
}

}  // namespace

int cmd_trigger(const Invocation& invocation) {
  CommandLine line = make_line();
  if (!line.parse(invocation)) return exit_status::ok;
  const auto words = line.all("event");
  Wish wish = read_wish(line, words);
  if (wish.any()) recover_leftovers(line, invocation);
  Target target = wish.add.empty() ? open_target(line) : open_or_make_target(line, invocation);
  const auto events = events_named(line, target, first_of(words));
  const auto states = read_event_states(target, events);
  if (!wish.any()) {
    show(invocation.out, states);
    return exit_status::ok;
  }
  name_hist(line, states, wish);
  if (wish.remove == "hist") {
    note_missing(invocation.err, states, wish);
    return exit_status::ok;
  }
  const Plan plan = plan_of(target, states, wish);
  // What is to be cleared, the kernel has taken before, and what it lists, too.
  if (!wish.clear && !is_listed(states, wish.remove))
    check_before_writing(line, invocation.err, target.files, plan, plan);
  if (line.has("dry-run")) {
    print_dry_run(invocation.out, target, plan);
    return exit_status::ok;
  }
  put_in_force(target, plan);
  if (!wish.remove.empty()) note_missing(invocation.err, states, wish);
  if (!wish.add.empty()) {
    const auto now = read_event_states(target, events);
    warn_of_unfiltered_triggers(invocation.err, now);
    warn_of_firing_triggers(invocation.err, now);
  }
  return exit_status::ok;
}

}  // namespace ftracectl::cli
