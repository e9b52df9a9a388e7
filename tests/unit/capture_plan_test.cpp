#include "live/capture_plan.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "live/recorder_events.hpp"
#include "records/exec_recorder.hpp"

using namespace ftracectl;

namespace {

std::vector<std::string> lines(const Plan& plan) {
  std::vector<std::string> texts;
  for (const auto& step : plan) texts.push_back(shell_line(step));
  return texts;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("capture plan: recording is off until everything is in force") {
  CHECK(shell_line(recording_off("instances/x/")) == "echo 0 > instances/x/tracing_on");
  CHECK(shell_line(recording_on("instances/x/")) == "echo 1 > instances/x/tracing_on");
}

TEST_CASE("capture plan: the probes are switched on in one write, the clock is not among their steps") {
  CaptureWish wish;
  wish.probes = {"ftracectl_7:execve_1f", "ftracectl_7:execveat_1f"};
  wish.events = {"syscalls:sys_enter_execve", "sched:sched_process_exec"};
  wish.takers = {"syscalls:sys_enter_execve"};
  wish.filter = "cpu == 0";
  wish.tids = {5};
  CHECK(lines(plan_probes(wish, "i/")) ==
        Lines{"echo 'common_pid==5' > i/events/ftracectl_7/execve_1f/filter",
              "echo 'common_pid==5' > i/events/ftracectl_7/execveat_1f/filter",
              "echo 1 > i/events/ftracectl_7/enable"});
  CHECK(lines(plan_capture(wish, "i/")) ==
        Lines{"echo mono > i/trace_clock",
              "echo 'common_pid==5 && cpu == 0' > i/events/syscalls/sys_enter_execve/filter",
              "echo 'common_pid==5' > i/events/sched/sched_process_exec/filter",
              "echo 1 > i/events/syscalls/sys_enter_execve/enable",
              "echo 1 > i/events/sched/sched_process_exec/enable"});
}

TEST_CASE("capture plan: what is followed is set_event_pid's, for probes too") {
  CaptureWish wish;
  wish.probes = {"ftracectl_7:execve"};
  wish.events = {"sched:sched_process_exec"};
  wish.follow = true;
  wish.tids = {5, 6};
  CHECK(lines(plan_probes(wish, "i/")) == Lines{"echo 1 > i/events/ftracectl_7/enable"});
  CHECK(lines(plan_capture(wish, "i/")) == Lines{"echo mono > i/trace_clock", "echo 1 > i/options/event-fork",
                                                 "echo '5 6' >> i/set_event_pid",
                                                 "echo 1 > i/events/sched/sched_process_exec/enable"});
  wish.probes.clear();
  CHECK(plan_probes(wish, "i/").empty());
}

TEST_CASE(
    "capture plan: the filter of execs is for their enters, and for the exec itself where there are none") {
  CaptureWish wish;
  wish.events = {"syscalls:sys_enter_execve", "syscalls:sys_enter_execveat", "sched:sched_process_exec",
                 "task:task_rename"};
  wish.filter = "common_pid==1 || CPU==0";
  const auto takers = [&] {
    std::vector<FoundEvent> found;
    for (const auto& use : exec_kind.events({})) {
      const auto& name = use.names.front();
      if (std::find(wish.events.begin(), wish.events.end(), name) != wish.events.end())
        found.push_back({name, use.filter});
    }
    return takers_of_filter(found);
  };
  CHECK(takers() == Lines{"syscalls:sys_enter_execve", "syscalls:sys_enter_execveat"});
  wish.events = {"sched:sched_process_exec", "task:task_rename"};
  wish.takers = takers();
  CHECK(wish.takers == Lines{"sched:sched_process_exec"});
  CHECK(lines(plan_capture(wish, "i/"))[1] ==
        "echo 'common_pid==1 || CPU==0' > i/events/sched/sched_process_exec/filter");
}

TEST_CASE("capture plan: a selection that no step carries is found") {
  CaptureWish wish;
  wish.events = {"sched:sched_process_exec"};
  wish.takers = wish.events;
  wish.filter = "common_pid==1||common_pid==2";
  wish.tids = {5, 6};
  const auto missing = [&] { return selection_without_step(wish, plan_capture(wish, "")); };
  CHECK(missing().empty());
  CHECK(selection_without_step(wish, {}) == "--filter, --comm or --cpu");
  wish.events = {"task:task_rename"};
  CHECK(missing() == "--filter, --comm or --cpu");
  wish.filter.clear();
  CHECK(missing().empty());
  CHECK(selection_without_step(wish, {}) == "--pid or --tid");
  wish.follow = true;
  CHECK(missing().empty());
  CHECK(selection_without_step(wish, {}) == "--pid or --tid");
}
