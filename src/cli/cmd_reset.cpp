#include <unistd.h>

#include <ftracectl/error.hpp>
#include <iostream>
#include <ostream>

#include "base/text.hpp"
#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/leftovers.hpp"
#include "cli/table.hpp"
#include "cli/target.hpp"
#include "kernel/buffer.hpp"
#include "kernel/event_state.hpp"
#include "session/buffer_plans.hpp"
#include "session/carry_out.hpp"

namespace ftracectl::cli {

namespace {

CommandLine make_line() {
  CommandLine line({"reset [--instance NAME] [--yes] [--dry-run]",
                    "Resets a buffer to the state in which the kernel creates it: events off, no "
                    "triggers, filters or traced pids, current_tracer nop, default options, "
                    "clock, cpus and size, tracing_on 1, no entries. Lists what will change and "
                    "asks first; without a terminal it needs --yes. If a step fails, everything "
                    "is put back except the entries.\n"
                    "\n"
                    "Leaves alone: other instances, probes, set_ftrace_filter and similar files, "
                    "trace_printk_dest, and the clock 'global' of the top-level buffer (the "
                    "kernel chooses it if the cpus' clocks differ).",
                    "ftracectl reset --dry-run\n  ftracectl reset --instance mine --yes"});
  add_instance_option(line);
  line.options()("yes,y", "do not ask");
  line.options()("dry-run", "list what would change, and change nothing");
  return line;
}

std::string value_now(const Step& step, const std::string& text) {
  if (step.kind == Step::Kind::set_filter) {
    const auto filter = parse_filter_text(text);
    return filter.reason.empty() ? filter.expression : "refused: " + filter.refused;
  }
  if (step.kind == Step::Kind::remove_trigger) return step.value;
  if (step.path.ends_with("trace_clock")) return std::string(parse_chosen(text));
  std::string value(trim(text));
  for (char& c : value) {
    if (c == '\n') c = ' ';
  }
  return value;
}

std::string value_then(const Step& step) {
  if (step.kind != Step::Kind::set || step.value.empty()) return "none";
  return step.value;
}

/// What changes, one row a file: what it holds now, what it will hold.
void print_changes(std::ostream& out, Target& target, const Plan& plan, std::uint64_t entries) {
  if (plan.empty() && entries == 0) {
    out << target.buffer_name() << " is in its initial state: nothing to do\n";
    return;
  }
  out << "in " << target.buffer_name() << ":\n";
  std::vector<std::vector<std::string>> rows;
  for (const auto& step : plan) {
    const std::string now = value_now(step, read_target(target.files, step));
    rows.push_back({step.path.substr(target.prefix.size()), now + " -> " + value_then(step)});
  }
  if (entries > 0) rows.push_back({"trace", std::to_string(entries) + " recorded entries -> none"});
  print_table(out, rows, 2);
}

bool is_confirmed(std::ostream& err) {
  err << "go ahead? [y/N] " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

void carry_out_reset(Target& target, const Plan& plan) {
  put_in_force(target, plan);
  // A tracer that went may have put options back that it had found changed.
  put_in_force(target, plan_reset(read_buffer_state(target.files, target.instance)));
  target.files.truncate(target.prefix + "trace");
}

}  // namespace

int cmd_reset(const Invocation& invocation) {
  CommandLine line = make_line();
  if (!line.parse(invocation)) return exit_status::ok;
  recover_leftovers(line, invocation);
  Target target = open_target(line);
  const BufferState state = read_buffer_state(target.files, target.instance);
  const Plan plan = plan_reset(state);
  const auto entries = read_kernel_counts(target.files, target.prefix).left;
  const bool dry_run = line.has("dry-run");
  print_changes(dry_run ? invocation.out : invocation.err, target, plan, entries);
  if (state.buffer_size == "X") {
    invocation.err << "ftracectl: note: the cpus' buffers have different sizes; these stay\n";
  }
  if (dry_run) return exit_status::ok;
  const bool nothing_to_do = plan.empty() && entries == 0;
  if (!line.has("yes") && !nothing_to_do) {
    if (isatty(STDIN_FILENO) == 0) line.fail("no terminal to ask on; to go ahead without asking: --yes");
    if (!is_confirmed(invocation.err)) {
      invocation.err << "ftracectl: nothing was changed\n";
      return exit_status::failed;
    }
  }
  carry_out_reset(target, plan);
  return exit_status::ok;
}

}  // namespace ftracectl::cli
