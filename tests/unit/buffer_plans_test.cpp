#include "session/buffer_plans.hpp"

#include <doctest/doctest.h>

#include <ftracectl/error.hpp>

#include "kernel/buffer_overview.hpp"
#include "session/instances.hpp"
#include "session/transaction.hpp"
#include "support/fake_tracefs.hpp"

using namespace ftracectl;
using ftracectl::test::FakeTracefs;

namespace {

const std::string folder = "instances/mine/events/sched/sched_switch/";

/// A buffer in which everything is changed that can be.
void upset(FakeTracefs& tracefs) {
  tracefs.make_dir("instances/mine");
  tracefs.write(folder + "filter", "prev_pid == 1");
  tracefs.write(folder + "trigger", "stacktrace:2 if prev_pid == 1");
  tracefs.write(folder + "trigger", "traceoff:3");
  tracefs.write(folder + "enable", "1");
  tracefs.write("instances/mine/events/sched/sched_process_exec/trigger", "stacktrace");
  tracefs.write("instances/mine/set_event_pid", "4 5");
  tracefs.write("instances/mine/set_event_notrace_pid", "6");
  tracefs.write("instances/mine/options/irq-info", "0");
  tracefs.write("instances/mine/options/event-fork", "1");
  tracefs.write("instances/mine/current_tracer", "function");
  tracefs.write("instances/mine/trace_clock", "mono");
  tracefs.write("instances/mine/buffer_size_kb", "8192");
  tracefs.write("instances/mine/tracing_cpumask", "1");
  tracefs.write("instances/mine/tracing_on", "0");
}

std::string pristine_snapshot() {
  FakeTracefs tracefs;
  tracefs.make_dir("instances/mine");
  return tracefs.snapshot();
}

ErrorCode code_of_check(FakeTracefs& tracefs, const BufferWishes& wishes) {
  try {
    check_buffer_wishes(tracefs, "", false, wishes);
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::failed;
}

bool is_bad_name(const std::string& name) {
  try {
    check_new_instance_name(name);
  } catch (const Error& error) {
    return error.code() == ErrorCode::usage;
  }
  return false;
}

}  // namespace

TEST_CASE("reset: a buffer becomes what the kernel makes it, and nothing else changes") {
  FakeTracefs tracefs;
  upset(tracefs);
  const Plan plan = plan_reset(read_buffer_state(tracefs, "mine"));
  for (const auto& step : plan) CHECK(step.path.starts_with("instances/mine/"));
  Transaction transaction(tracefs);
  transaction.apply(plan);
  transaction.commit();
  CHECK(tracefs.snapshot() == pristine_snapshot());
  CHECK(plan_reset(read_buffer_state(tracefs, "mine")).empty());
}

TEST_CASE("reset: whichever step fails, all is as before") {
  FakeTracefs model;
  upset(model);
  const Plan plan = plan_reset(read_buffer_state(model, "mine"));
  const std::string before = model.snapshot();
  int failures = 0;
  for (int k = 1;; ++k) {
    FakeTracefs tracefs;
    upset(tracefs);
    tracefs.fail_at(k);
    try {
      Transaction transaction(tracefs);
      transaction.apply(plan);
      break;
    } catch (const Error&) {
      ++failures;
      CAPTURE(k);
      CHECK(tracefs.snapshot() == before);
    }
  }
  CHECK(failures > 30);
}

TEST_CASE("reset: a pristine buffer needs nothing, whatever the kernel chose at boot") {
  BufferState state;
  state.tracing_on = true;
  state.current_tracer = "nop";
  state.clock = "global";
  state.buffer_size = "7 (expanded: 1408)";
  CHECK(plan_reset(state).empty());
  state.options = {"notrace_printk_dest"};
  CHECK(plan_reset(state).empty());
  state.buffer_size = "1410";
  CHECK(plan_reset(state).empty());
  state.buffer_size = "X";
  CHECK(plan_reset(state).empty());
  state.instance = "mine";
  CHECK(plan_reset(state).size() == 2);  // an instance starts with `local`, and without trace_printk_dest
  state.buffer_size = "7";
  CHECK(plan_reset(state).size() == 3);
}

TEST_CASE("reset: a histogram that uses another one's variable goes before it") {
  BufferState state;
  state.tracing_on = true;
  state.current_tracer = "nop";
  state.clock = "local";
  state.buffer_size = "1410";
  EventState first;
  first.event = "sched:sched_waking";
  first.triggers = {parse_trigger("hist:keys=pid:ts0=common_timestamp.usecs")};
  EventState second;
  second.event = "sched:sched_switch";
  second.triggers = {parse_trigger("hist:keys=next_pid:lat=common_timestamp.usecs-$ts0")};
  state.events = {first, second};
  const Plan plan = plan_reset(state);
  REQUIRE(plan.size() == 2);
  CHECK(plan[0].path == "events/sched/sched_switch/trigger");
  CHECK(plan[1].path == "events/sched/sched_waking/trigger");
}

TEST_CASE("set: what the buffer does not have is refused before anything is written") {
  FakeTracefs tracefs;
  CHECK(code_of_check(tracefs, {"nosuch", 0, {}}) == ErrorCode::feature_missing);
  CHECK(code_of_check(tracefs, {"", 0, {"nosuch"}}) == ErrorCode::feature_missing);
  CHECK_NOTHROW(check_buffer_wishes(tracefs, "", false, {"mono", 0, {"noirq-info", "stacktrace"}}));
}

TEST_CASE("set: the clock comes last, for it empties the buffer") {
  const Plan plan = plan_buffer("instances/x/", {"mono", 8192, {"stacktrace", "noirq-info"}});
  REQUIRE(plan.size() == 4);
  CHECK(shell_line(plan[0]) == "echo 8192 > instances/x/buffer_size_kb");
  CHECK(shell_line(plan[1]) == "echo 1 > instances/x/options/stacktrace");
  CHECK(shell_line(plan[2]) == "echo 0 > instances/x/options/irq-info");
  CHECK(shell_line(plan[3]) == "echo mono > instances/x/trace_clock");
}

TEST_CASE("instance names: plain file names, but not those of our own instances") {
  for (const std::string bad :
       {"", ".", "..", "a/b", "../x", "a\nb", "ftracectl-12", "ftracectl-12-2", "ftracectl-check-7"}) {
    CAPTURE(bad);
    CHECK(is_bad_name(bad));
  }
  for (const std::string good : {"mine", "ftracectl", "ftracectl-mine", "ftracectl-12x", "a b", "-x"}) {
    CAPTURE(good);
    CHECK(!is_bad_name(good));
  }
  CHECK(owner_of_instance("ftracectl-check-70-3") == 70);
  CHECK(owner_of_instance("ftracectl-70") == 70);
  CHECK(!owner_of_instance("ftracectl-70-x"));
}
