#include "session/transaction.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

#include <cerrno>
#include <ftracectl/error.hpp>

#include "session/event_plans.hpp"
#include "support/fake_tracefs.hpp"

using namespace ftracectl;
using ftracectl::test::FakeTracefs;
using Kind = Step::Kind;

namespace {

const std::string folder = "events/sched/sched_switch/";

/// A little of everything, on a buffer where something is on already.
Plan big_plan() {
  return {{Kind::make_dir, "instances/mine", ""},
          {Kind::set, "instances/mine/trace_clock", "mono"},
          {Kind::set, "instances/mine/buffer_size_kb", "64"},
          {Kind::set_filter, folder + "filter", "next_pid == 7"},
          {Kind::remove_trigger, folder + "trigger", "traceoff"},
          {Kind::add_trigger, folder + "trigger", "traceon if prev_pid == 3"},
          {Kind::set_filter, "events/sched/sched_process_exec/filter", "pid == 1"},
          {Kind::set, "events/sched/sched_process_exec/enable", "1"},
          {Kind::add_pids, "set_event_pid", "5 6"},
          {Kind::set, "tracing_on", "0"}};
}

void prepare(FakeTracefs& tracefs) {
  tracefs.write(folder + "filter", "prev_pid == 1");
  tracefs.write(folder + "trigger", "stacktrace:2 if prev_pid == 1");
  tracefs.write(folder + "trigger", "traceoff:3 if prev_pid == 2");
  tracefs.write(folder + "enable", "1");
  tracefs.write("set_event_pid", "4");
}

Error error_of(FakeTracefs& tracefs, const Plan& plan) {
  try {
    Transaction(tracefs).apply(plan);
  } catch (const Error& error) {
    return error;
  }
  FAIL("nothing was thrown");
  return Error(ErrorCode::failed, "");
}

}  // namespace

TEST_CASE("transaction: all steps are in force after commit") {
  FakeTracefs tracefs;
  prepare(tracefs);
  Transaction transaction(tracefs);
  transaction.apply(big_plan());
  transaction.commit();
  CHECK(transaction.roll_back().empty());
  CHECK(tracefs.read(folder + "filter") == "next_pid == 7\n");
  CHECK(tracefs.read(folder + "trigger") ==
        "traceon:unlimited if prev_pid == 3\nstacktrace:count=2 if prev_pid == 1\n");
  CHECK(tracefs.read("events/sched/sched_process_exec/enable") == "1\n");
  CHECK(tracefs.read("set_event_pid") == "4\n5\n6\n");
  CHECK(tracefs.read("instances/mine/trace_clock") == "local global counter [mono]\n");
  CHECK(tracefs.list("instances") == std::vector<std::string>{"mine"});
}

TEST_CASE("transaction: what is not committed is taken back") {
  FakeTracefs tracefs;
  prepare(tracefs);
  const std::string before = tracefs.snapshot();
  {
    Transaction transaction(tracefs);
    transaction.apply(big_plan());
    CHECK(tracefs.snapshot() != before);
  }
  CHECK(tracefs.snapshot() == before);
}

TEST_CASE("transaction: whichever operation fails, everything is as it was") {
  FakeTracefs counting;
  prepare(counting);
  counting.fail_at(0);
  Transaction all(counting);
  all.apply(big_plan());
  const int operations = counting.operations();
  all.commit();
  REQUIRE(operations > 30);
  for (int k = 1; k <= operations; ++k) {
    CAPTURE(k);
    FakeTracefs tracefs;
    prepare(tracefs);
    const std::string before = tracefs.snapshot();
    tracefs.fail_at(k);
    const auto error = error_of(tracefs, big_plan());
    CHECK(error.system_errno() == EIO);
    CHECK(std::string(error.what()).ends_with("\nnothing was changed"));
    CHECK(tracefs.snapshot() == before);
  }
}

TEST_CASE("transaction: a refused filter leaves the one before it, with the event on or off") {
  for (const bool on : {true, false}) {
    CAPTURE(on);
    FakeTracefs tracefs;
    tracefs.write(folder + "filter", "prev_pid == 1");
    tracefs.write(folder + "enable", on ? "1" : "0");
    const std::string before = tracefs.snapshot();
    bool was_unfiltered = false;
    tracefs.after_operation = [&](const std::string&) {
      was_unfiltered = was_unfiltered ||
                       tracefs.snapshot().find("sched/sched_switch 1 prev_pid == 1\n") == std::string::npos;
    };
    const auto error = error_of(tracefs, {{Kind::set_filter, folder + "filter", "nosuch == 1"}});
    CHECK(error.code() == ErrorCode::rejected);
    CHECK(std::string(error.what()).find("Field not found") != std::string::npos);
    CHECK(tracefs.snapshot() == before);
    // There was no moment in which the event was on without its filter.
    if (on) CHECK_FALSE(was_unfiltered);
  }
}

TEST_CASE("transaction: a refused filter on an event without one clears the kernel's error report") {
  FakeTracefs tracefs;
  tracefs.write(folder + "enable", "1");
  const std::string before = tracefs.snapshot();
  error_of(tracefs, {{Kind::set_filter, folder + "filter", "nosuch == 1"}});
  CHECK(tracefs.snapshot() == before);
}

TEST_CASE("transaction: a filter is tried once, and only where one could be lost") {
  FakeTracefs tracefs;
  tracefs.write(folder + "filter", "prev_pid == 1");
  int made = 0;
  tracefs.after_operation = [&](const std::string& what) { made += what.starts_with("mkdir ") ? 1 : 0; };
  Transaction transaction(tracefs);
  transaction.apply({Kind::set_filter, folder + "filter", "prev_pid == 2"});
  CHECK(made == 0);  // the event is off
  transaction.apply(
      {{Kind::set, folder + "enable", "1"}, {Kind::set_filter, folder + "filter", "prev_pid == 3"}});
  CHECK(made == 1);
  transaction.apply({Kind::set_filter, folder + "filter", "0"});
  CHECK(made == 1);  // clearing cannot be refused
  transaction.commit();
  CHECK(tracefs.list("instances").empty());
}

TEST_CASE("transaction: a trial skips instances that are there already, and leaves them") {
  FakeTracefs tracefs;
  tracefs.write(folder + "filter", "prev_pid == 1");
  tracefs.write(folder + "enable", "1");
  const auto instance = "instances/ftracectl-check-" + std::to_string(getpid());
  tracefs.make_dir(instance);
  const std::string before = tracefs.snapshot();
  error_of(tracefs, {{Kind::set_filter, folder + "filter", "nosuch == 1"}});
  CHECK(tracefs.snapshot() == before);
}

TEST_CASE("transaction: what holds already is not written again, and not taken back") {
  FakeTracefs tracefs;
  prepare(tracefs);
  bool written = false;
  tracefs.after_operation = [&](const std::string& what) { written = written || what.starts_with("write "); };
  {
    Transaction transaction(tracefs);
    transaction.apply({{Kind::set_filter, folder + "filter", "prev_pid == 1"},
                       {Kind::add_trigger, folder + "trigger", "traceoff:3 if prev_pid == 2"},
                       {Kind::set, folder + "enable", "1"}});
  }
  CHECK_FALSE(written);
  CHECK(tracefs.read(folder + "enable") == "1*\n");
}

TEST_CASE("transaction: a second trigger of a kind is refused, and the first stays") {
  FakeTracefs tracefs;
  prepare(tracefs);
  const std::string before = tracefs.snapshot();
  const auto error = error_of(tracefs, {{Kind::add_trigger, folder + "trigger", "traceon"}});
  CHECK(error.system_errno() == EEXIST);
  CHECK(tracefs.snapshot() == before);
}

TEST_CASE("transaction: a write without effect is an error") {
  FakeTracefs tracefs;
  tracefs.ignore_writes_to(folder + "enable");
  const auto error = error_of(tracefs, {{Kind::set, folder + "enable", "1"}});
  CHECK(std::string(error.what()).find("now reads '0'") != std::string::npos);
}

TEST_CASE("transaction: rolling back goes on through errors and reports each") {
  FakeTracefs tracefs;
  prepare(tracefs);
  Transaction transaction(tracefs);
  transaction.apply(big_plan());
  tracefs.fail_at(1, true);
  const auto left = transaction.roll_back();
  // Ten steps, two of them in the instance: each is tried, each is told.
  CHECK(left.size() == big_plan().size());
  CHECK(left.front().starts_with("echo 1 > tracing_on: "));
  CHECK(left.back().starts_with("rmdir instances/mine: "));
  CHECK(transaction.roll_back().empty());
  SUBCASE("and what can be put back is put back") {
    FakeTracefs other;
    prepare(other);
    const std::string before = other.snapshot();
    Transaction second(other);
    second.apply(big_plan());
    other.fail_at(1);
    const auto one = second.roll_back();
    REQUIRE(one.size() == 1);
    other.write("tracing_on", "1");
    CHECK(other.snapshot() == before);
  }
}

TEST_CASE("transaction: an error that cannot be undone says what is left") {
  FakeTracefs tracefs;
  tracefs.fail_at(5, true);
  const auto error = error_of(tracefs, {{Kind::set, "tracing_on", "0"}, {Kind::set, folder + "enable", "1"}});
  CHECK(std::string(error.what()).find("could not be put back:\n  echo 1 > tracing_on: ") !=
        std::string::npos);
}

TEST_CASE("transaction: a stop in the middle puts everything back") {
  FakeTracefs tracefs;
  prepare(tracefs);
  const std::string before = tracefs.snapshot();
  Transaction transaction(tracefs);
  int asked = 0;
  const auto plan = big_plan();
  const int middle = static_cast<int>(plan.size()) + 6;  // asked once a step for the trials, once to apply
  CHECK_THROWS_WITH(transaction.apply(plan, [&] { return ++asked == middle; }),
                    "interrupted\nnothing was changed");
  CHECK(tracefs.snapshot() == before);
}

TEST_CASE("transaction: a busy instance is removed as soon as it is free") {
  FakeTracefs tracefs;
  const std::string before = tracefs.snapshot();
  Transaction transaction(tracefs);
  transaction.apply({Kind::make_dir, "instances/mine", ""});
  tracefs.be_busy(3);
  CHECK(transaction.roll_back().empty());
  CHECK(tracefs.snapshot() == before);
}

TEST_CASE("plans: enabling filters first and switches on last") {
  const EventWishes wishes{"pid == 1", {"stacktrace", "traceoff:1 if pid == 2"}};
  const auto plan = plan_enable("instances/x/", {"a:b", "a:c"}, wishes);
  std::string lines;
  for (const auto& step : plan) lines += shell_line(step) + "\n";
  CHECK(lines ==
        "echo 'pid == 1' > instances/x/events/a/b/filter\n"
        "echo 'pid == 1' > instances/x/events/a/c/filter\n"
        "echo 'stacktrace if pid == 1' >> instances/x/events/a/b/trigger\n"
        "echo 'traceoff:1 if pid == 2' >> instances/x/events/a/b/trigger\n"
        "echo 'stacktrace if pid == 1' >> instances/x/events/a/c/trigger\n"
        "echo 'traceoff:1 if pid == 2' >> instances/x/events/a/c/trigger\n"
        "echo 1 > instances/x/events/a/b/enable\n"
        "echo 1 > instances/x/events/a/c/enable\n");
  CHECK(plan_enable("", {"a:b"}, {"", {"stacktrace"}}).front().value == "stacktrace");
  CHECK(plan_enable("", {"a:b"}, {"0", {"stacktrace"}})[1].value == "stacktrace");
}

TEST_CASE("plans: disabling switches off first, and takes the filters last") {
  FakeTracefs tracefs;
  prepare(tracefs);
  tracefs.write("events/sched/sched_process_exec/filter", "pid == 1");
  const std::vector<EventState> states = {read_event_state(tracefs, "", "sched:sched_switch"),
                                          read_event_state(tracefs, "", "sched:sched_process_exec")};
  const auto needed = steps_needed(tracefs, plan_disable("", states, false));
  std::string lines;
  for (const auto& step : needed) lines += shell_line(step) + "\n";
  CHECK(lines ==
        "echo 0 > events/sched/sched_switch/enable\n"
        "echo '!traceoff:3 if prev_pid == 2' >> events/sched/sched_switch/trigger\n"
        "echo '!stacktrace:2 if prev_pid == 1' >> events/sched/sched_switch/trigger\n"
        "echo 0 > events/sched/sched_switch/filter\n"
        "echo 0 > events/sched/sched_process_exec/filter\n");
  CHECK(steps_needed(tracefs, plan_disable("", states, true)).size() == 1);
}
