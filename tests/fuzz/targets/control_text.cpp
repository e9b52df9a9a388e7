// What tracefs' and procfs' small files say: filters, errors, options, statistics, lists of events, cgroups.

#include "model/tracefs/control_text.hpp"
#include "base/text.hpp"
#include "fuzz/harness/target.hpp"
#include "model/tracefs/cgroup.hpp"
#include "model/tracefs/event_patterns.hpp"
#include "model/tracefs/kernel_counts.hpp"

using namespace ftracectl;

FUZZ_TARGET("control_text") {
  parse_filter_text(input);
  parse_available_triggers(input);
  parse_error_log(input);
  new_error(input.substr(0, input.size() / 2), input, "common_pid == 5");
  parse_chosen(input);
  KernelCounts counts;
  add_stats(counts, input);
  if (const auto cgroup = parse_cgroup(input)) container_of_cgroup(*cgroup);
  const std::vector<std::string> known = {"sched:sched_switch", "sched:sched_waking",
                                          "syscalls:sys_enter_execve"};
  const auto first_line = input.substr(0, input.find('\n'));
  matching_events(first_line, known);
  unknown_event_message(first_line, known);
  fuzz::may_refuse([&] { parse_event_pattern(first_line); });
}
