#include "cli/target.hpp"

#include <algorithm>
#include <ftracectl/error.hpp>
#include <ostream>

#include "base/text.hpp"
#include "cli/interruption.hpp"
#include "cli/leftovers.hpp"
#include "kernel/event_state.hpp"
#include "kernel/events.hpp"
#include "session/event_plans.hpp"
#include "session/journal.hpp"
#include "session/transaction.hpp"
#include "session/watchdog.hpp"

namespace ftracectl::cli {

namespace po = boost::program_options;

std::string Target::buffer_name() const {
  return instance.empty() ? "the top-level buffer" : "instance '" + instance + "'";
}

void add_instance_option(CommandLine& line) {
  line.options()("instance", po::value<std::string>()->value_name("NAME"),
                 "work on this instance instead of the top-level buffer");
}

Target open_target(const CommandLine& line) {
  const std::string instance = line.text("instance");
  if (line.has("instance") && instance.empty()) line.fail("--instance needs a name");
  const std::string prefix = buffer_prefix(instance);
  Target target{Tracefs(locate_tracefs(line.tracefs_override()).path), instance, prefix};
  if (instance.empty() || target.files.exists(prefix + "events")) return target;
  const auto there = read_instances(target.files);
  throw Error(ErrorCode::failed,
              "no instance '" + instance + "'; " +
                  (there.empty() ? "there is none at all" : "there are: " + join(there, ", ")) +
                  "\nmake it: mkdir " + target.files.absolute("instances/" + instance));
}

std::vector<std::string> positional_words(const CommandLine& line, const Invocation& invocation,
                                          const std::string& name) {
  auto words = line.all(name);
  words.insert(words.end(), invocation.command.begin(), invocation.command.end());
  return words;
}

std::vector<std::string> first_of(const std::vector<std::string>& words) {
  return words.empty() ? words : std::vector<std::string>{words.front()};
}

std::vector<std::string> events_named(const CommandLine& line, Target& target,
                                      const std::vector<std::string>& patterns) {
  if (patterns.empty()) line.fail("an event must be named, such as syscalls:sys_enter_execve");
  return resolve_events(patterns, read_available_events(target.files));
}

void put_in_force(Target& target, const Plan& plan) {
  const Interruption interruption;
  Journal journal(journal_folder(), target.files.root());
  Watchdog watchdog(journal);
  watchdog.wait_until_ready();
  Transaction transaction(target.files, &journal);
  transaction.apply(plan, [] { return Interruption::came(); });
  transaction.commit();
}

void print_dry_run(std::ostream& out, Target& target, const Plan& plan) {
  const auto needed = steps_needed(target.files, plan);
  out << "cd " << target.files.root() << "\n";
  const bool tried = std::any_of(needed.begin(), needed.end(), [&](const Step& step) {
    return FilterTrial::is_needed(target.files, step);
  });
  if (tried) {
    out << "# filters that replace one in force are tried first in an instance made and removed for that:\n"
           "# instances/ftracectl-check-PID\n";
  }
  for (const auto& step : needed) out << shell_line(step) << "\n";
}

}  // namespace ftracectl::cli
