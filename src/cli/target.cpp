#include "cli/target.hpp"

#include <algorithm>
#include <ftracectl/error.hpp>
#include <ostream>

#include "base/text.hpp"
#include "cli/interruption.hpp"
#include "cli/leftovers.hpp"
#include "kernel/event_state.hpp"
#include "kernel/events.hpp"
#include "kernel/private_mount.hpp"
#include "session/event_plans.hpp"
#include "session/instances.hpp"
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

namespace {

Target named_target(const CommandLine& line) {
  const std::string instance = line.text("instance");
  if (line.has("instance") && instance.empty()) line.fail("--instance needs a name");
  const std::string prefix = buffer_prefix(instance);
  return {Tracefs(locate_tracefs(line.tracefs()).path), instance, prefix};
}

bool is_there(Target& target) {
  return target.instance.empty() || target.files.exists(target.prefix + "events");
}

/// The plan, behind the making of the instance where that is needed.
Plan whole_plan(const Target& target, const Plan& plan) {
  if (target.to_be_made == nullptr) return plan;
  Plan whole{{Step::Kind::make_dir, "instances/" + target.instance, ""}};
  whole.insert(whole.end(), plan.begin(), plan.end());
  return whole;
}

}  // namespace

Target open_or_make_target(const CommandLine& line, const Invocation& invocation) {
  Target target = named_target(line);
  if (!is_there(target)) {
    check_new_instance_name(target.instance);
    target.to_be_made = &invocation.err;
  }
  return target;
}

Target open_target(const CommandLine& line) {
  Target target = named_target(line);
  if (is_there(target)) return target;
  const auto there = read_instances(target.files);
  throw Error(ErrorCode::failed, "no instance '" + target.instance + "'; " +
                                     (there.empty() ? "there are none" : "there are: " + join(there, ", ")) +
                                     "\nto create it: ftracectl instance create " + target.instance);
}

std::vector<std::string> first_of(const std::vector<std::string>& words) {
  return words.empty() ? words : std::vector<std::string>{words.front()};
}

std::vector<std::string> events_named(const CommandLine& line, Target& target,
                                      const std::vector<std::string>& patterns) {
  if (patterns.empty()) line.fail("name an event, such as syscalls:sys_enter_execve");
  return find_events(target.files, patterns);
}

void put_in_force(Target& target, const Plan& plan) {
  const Interruption interruption;
  Journal journal(journal_folder(), target.files.root());
  Watchdog watchdog(journal);
  watchdog.wait_until_ready();
  Transaction transaction(target.files, &journal);
  transaction.apply(whole_plan(target, plan), [] { return Interruption::came(); });
  transaction.commit();
  if (target.to_be_made == nullptr) return;
  *target.to_be_made << "ftracectl: note: instance '" << target.instance
                     << "' was created; to remove it: 'ftracectl instance remove " << target.instance
                     << "'\n";
  target.to_be_made = nullptr;
}

void print_dry_run(std::ostream& out, Target& target, const Plan& plan) {
  const bool is_new = target.to_be_made != nullptr;
  const auto needed = is_new ? whole_plan(target, plan) : steps_needed(target.files, plan);
  out << shell_lines_to(target.files.root()) << "\n";
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
