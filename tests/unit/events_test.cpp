#include "kernel/events.hpp"

#include <doctest/doctest.h>

#include <ftracectl/error.hpp>

#include "kernel/event_state.hpp"
#include "support/fake_tracefs.hpp"

using namespace ftracectl;
using ftracectl::test::FakeTracefs;

namespace {

const std::vector<std::string> available = {"sched:sched_process_exec",    "sched:sched_process_exit",
                                            "sched:sched_switch",          "syscalls:sys_enter_execve",
                                            "syscalls:sys_enter_execveat", "syscalls:sys_exit_execve",
                                            "irq:softirq_entry",           "other:sched_switch"};

std::vector<std::string> resolve(const std::vector<std::string>& patterns) {
  return resolve_events(patterns, available);
}

std::string message_for(const std::string& pattern) {
  try {
    resolve({pattern});
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::unknown_event);
    return error.what();
  }
  return "resolved";
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("events: every way of naming them") {
  CHECK(resolve({"sched:sched_switch"}) == Names{"sched:sched_switch"});
  CHECK(resolve({"sched/sched_switch"}) == Names{"sched:sched_switch"});
  CHECK(resolve({"sched_switch"}) == Names{"sched:sched_switch", "other:sched_switch"});
  CHECK(resolve({"sched:*"}) ==
        Names{"sched:sched_process_exec", "sched:sched_process_exit", "sched:sched_switch"});
  CHECK(resolve({"sys_*_execve"}) == Names{"syscalls:sys_enter_execve", "syscalls:sys_exit_execve"});
  CHECK(resolve({"s*:*_exec"}) == Names{"sched:sched_process_exec"});
  CHECK(resolve({"irq:softirq_entry", "i*/*", "sched:sched_switch"}) ==
        Names{"irq:softirq_entry", "sched:sched_switch"});
}

TEST_CASE("events: a misspelt name is answered with the nearest") {
  CHECK(message_for("sched:sched_proces_exec") ==
        "unknown event 'sched:sched_proces_exec': did you mean sched:sched_process_exec?");
  CHECK(message_for("sched_swicth") ==
        "unknown event 'sched_swicth': did you mean sched:sched_switch, other:sched_switch?");
  CHECK(message_for("shed:sched_switch") ==
        "unknown event 'shed:sched_switch': did you mean sched:sched_switch?");
  CHECK(message_for("sys_execve").find("syscalls:sys_enter_execve") != std::string::npos);
  CHECK(message_for("Sched:Sched_Switch").find("did you mean sched:sched_switch") != std::string::npos);
  CHECK(message_for("sched") == "unknown event 'sched': it is a group of events, 'sched:*' takes them all");
  CHECK(message_for("sched:") == "unknown event 'sched:': it is a group of events, 'sched:*' takes them all");
  CHECK(message_for("zzzzzz:*") == "no event matches 'zzzzzz:*'; to list all: ftracectl list");
  CHECK(message_for("shed:*") == "no event matches 'shed:*': did you mean sched?");
  CHECK(message_for("") == "unknown event ''; to list all: ftracectl list");
}

TEST_CASE("events: one pattern without a match is an error, whatever the others match") {
  CHECK_THROWS_AS(resolve({"sched:*", "nosuchthing"}), Error);
}

TEST_CASE("events: those that only a trigger watches are active and not on") {
  FakeTracefs tracefs;
  tracefs.write("events/sched/sched_switch/enable", "1");
  tracefs.write("events/sched/sched_process_exec/trigger", "stacktrace:5 if pid == 1");
  CHECK(read_active_events(tracefs, "") == Names{"sched:sched_process_exec", "sched:sched_switch"});
  CHECK(read_enabled_events(tracefs, "") == Names{"sched:sched_switch"});
  const auto watched = read_event_state(tracefs, "", "sched:sched_process_exec");
  CHECK_FALSE(watched.on);
  CHECK(watched.active);
  REQUIRE(watched.triggers.size() == 1);
  CHECK(watched.triggers[0].text() == "stacktrace:5 if pid == 1");
  CHECK(read_event_state(tracefs, "", "syscalls:sys_exit_execve").is_plain());
}

TEST_CASE("events: whole names are found without the list of all events") {
  FakeTracefs tracefs;
  bool was_listed = false;
  tracefs.before_operation = [&](const std::string& what) {
    was_listed = was_listed || what == "read available_events";
  };
  CHECK(find_events(tracefs, {"sched:sched_switch", "sched/sched_process_exec", "sched/sched_switch"}) ==
        Names{"sched:sched_switch", "sched:sched_process_exec"});
  CHECK_FALSE(was_listed);
  CHECK(find_events(tracefs, {"sched:sched_switch", "sched:*exec"}) ==
        Names{"sched:sched_switch", "sched:sched_process_exec"});
  CHECK(was_listed);
  CHECK(find_events(tracefs, {"sched_switch"}) == Names{"sched:sched_switch"});
}

TEST_CASE("events: what is no name of one is not looked for as a path, and gets the same answers") {
  FakeTracefs tracefs;
  for (const std::string text :
       {"", ":", "sched:", "sched:sched_switch/", "sched:sched_switch/filter", "../events/sched:sched_switch",
        "sched:../sched/sched_switch", "sched/.", "sched:sched_swicth", "no:such"}) {
    CAPTURE(text);
    CHECK_FALSE(has_event(tracefs, text));
    std::string message;
    try {
      find_events(tracefs, {text});
    } catch (const Error& error) {
      message = error.what();
    }
    std::string expected;
    try {
      resolve_events({text}, read_available_events(tracefs));
    } catch (const Error& error) {
      expected = error.what();
    }
    CHECK(message == expected);
    CHECK_FALSE(message.empty());
  }
}

TEST_CASE("events: names come from the files of the buffer asked for") {
  FakeTracefs tracefs;
  tracefs.make_dir("instances/x");
  tracefs.write("instances/x/events/sched/sched_switch/enable", "1");
  CHECK(read_enabled_events(tracefs, "").empty());
  CHECK(read_enabled_events(tracefs, "instances/x/") == Names{"sched:sched_switch"});
  CHECK(read_available_events(tracefs).size() == 4);
  CHECK(read_instances(tracefs) == Names{"x"});
}
