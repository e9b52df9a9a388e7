#include "model/tracefs/plan.hpp"

#include <doctest/doctest.h>

#include <ftracectl/error.hpp>
#include <stdexcept>

using namespace ftracectl;
using Kind = Step::Kind;

namespace {

Step filter(const std::string& value) {
  return {Kind::set_filter, "events/sched/sched_switch/filter", value};
}
Step add(const std::string& value) { return {Kind::add_trigger, "events/sched/sched_switch/trigger", value}; }
Step removal(const std::string& value) {
  return {Kind::remove_trigger, "events/sched/sched_switch/trigger", value};
}
Step enable(const std::string& value) { return {Kind::set, "events/sched/sched_switch/enable", value}; }
Step set(const std::string& path, const std::string& value) { return {Kind::set, path, value}; }

std::string undo_value(const Step& step, const std::string& before) {
  const auto undo = inverse(step, before);
  return undo ? written_value(*undo) : "(nothing)";
}

const std::string no_triggers = "# Available triggers:\n# traceon traceoff stacktrace\n";
// As 5.10 to 7.3 gave it back after the write failed.
const std::string refused = "nofield == 1\n        ^\nparse_error: Field not found\n\n";
const std::string refused_without_words = "== 5\nError: (0)\n\n";

}  // namespace

TEST_CASE("plan: what a step writes") {
  CHECK(written_value(filter("common_pid==1")) == "common_pid==1");
  CHECK(written_value(removal("stacktrace")) == "!stacktrace");
  CHECK(written_value(removal("traceoff:count=3 if x == 1")) == "!traceoff:3 if x == 1");
  CHECK(written_value(add("stacktrace:unlimited if x==1")) == "stacktrace if x==1");
  CHECK(written_value(add("enable_event:sched:sched_switch:count=5")) == "enable_event:sched:sched_switch:5");
  CHECK(written_value(add("hist:keys=pid:vals=hitcount:sort=hitcount:size=2048 if x > 1 [active]")) ==
        "hist:keys=pid:vals=hitcount:sort=hitcount:size=2048 if x > 1");
  CHECK(written_value(add("hist:keys=pid [paused]")) == "hist:keys=pid:pause");
  CHECK(written_value(removal("hist:keys=pid [paused]")) == "!hist:keys=pid");
  CHECK(written_value(add("stacktrace:abc")) == "stacktrace:abc");
}

TEST_CASE("plan: shell lines survive any quoting") {
  CHECK(shell_line(filter("common_pid==100")) == "echo 'common_pid==100' > events/sched/sched_switch/filter");
  CHECK(shell_line(filter("comm == 'x'")) == "echo 'comm == '\\''x'\\''' > events/sched/sched_switch/filter");
  CHECK(shell_line(filter("filename ~ \"*\\n\"")) ==
        "printf '%s\\n' 'filename ~ \"*\\n\"' > events/sched/sched_switch/filter");
  CHECK(shell_line(filter("-n")) == "printf '%s\\n' -n > events/sched/sched_switch/filter");
  CHECK(shell_line(removal("stacktrace")) == "echo '!stacktrace' >> events/sched/sched_switch/trigger");
  CHECK(shell_line(enable("1")) == "echo 1 > events/sched/sched_switch/enable");
  CHECK(shell_line({Kind::make_dir, "instances/a b", ""}) == "mkdir 'instances/a b'");
  CHECK(shell_line({Kind::remove_dir, "instances/x", ""}) == "rmdir instances/x");
  CHECK(shell_line({Kind::add_pids, "set_event_pid", "1 2"}) == "echo '1 2' >> set_event_pid");
  CHECK(shell_line(set("set_event_pid", "")) == ": > set_event_pid");
}

TEST_CASE("plan: the inverse of a filter brings the one before it back") {
  CHECK(undo_value(filter("common_pid==1"), "none\n") == "0");
  CHECK(undo_value(filter("common_pid==1"), "prev_pid == 5\n") == "prev_pid == 5");
  CHECK(undo_value(filter("common_pid==1"), "common_pid==1\n") == "(nothing)");
  CHECK(undo_value(filter(" common_pid==1\n"), "common_pid==1\n") == "(nothing)");
  CHECK(undo_value(filter("0"), "prev_pid == 5\n") == "prev_pid == 5");
  CHECK(undo_value(filter("0"), "none\n") == "(nothing)");
  SUBCASE("after a refused write the event is not filtered, whatever the file reads") {
    CHECK(undo_value(filter("common_pid==1"), refused) == "0");
    CHECK(undo_value(filter("common_pid==1"), refused_without_words) == "0");
    CHECK(undo_value(filter("nofield == 1"), refused) == "0");
    CHECK_FALSE(in_force(filter("nofield == 1"), refused));
    CHECK_FALSE(holds_already(filter("0"), refused));
  }
}

TEST_CASE("plan: the inverse of a trigger is what may be written, not what was read") {
  CHECK(undo_value(add("stacktrace"), no_triggers) == "!stacktrace");
  CHECK(undo_value(add("stacktrace"), "stacktrace:unlimited\n") == "(nothing)");
  CHECK(undo_value(removal("traceoff"), "traceoff:count=3 if x\nstacktrace:unlimited\n") ==
        "traceoff:3 if x");
  CHECK(undo_value(removal("stacktrace:9 if y"), "stacktrace:unlimited if comm == \"a b\"\n") ==
        "stacktrace if comm == \"a b\"");
  CHECK(undo_value(removal("stacktrace"), no_triggers) == "(nothing)");
  CHECK(undo_value(removal("hist:keys=pid"), "hist:keys=pid:vals=hitcount:size=2048 [active]\n") ==
        "hist:keys=pid:vals=hitcount:size=2048");
  SUBCASE("a second trigger of a kind will be refused, and the first must stay") {
    CHECK(undo_value(add("stacktrace:3"), "stacktrace:unlimited\n") == "(nothing)");
    CHECK(undo_value(add("traceon"), "traceoff:unlimited\n") == "(nothing)");
    CHECK(undo_value(add("disable_event:a:b"), "enable_event:a:b:unlimited\n") == "(nothing)");
    CHECK(undo_value(add("enable_event:a:c"), "enable_event:a:b:unlimited\n") == "!enable_event:a:c");
  }
}

TEST_CASE("plan: a trigger is in force while it is counted down, and does not hold its full count") {
  const Step step = add("traceoff:3 if x==1");
  CHECK(in_force(step, "traceoff:count=3 if x==1\n"));
  CHECK(in_force(step, "stacktrace:unlimited\ntraceoff:count=0 if x==1\n"));
  CHECK_FALSE(in_force(step, "traceoff:count=4 if x==1\n"));
  CHECK_FALSE(in_force(step, "traceoff:unlimited if x==1\n"));
  CHECK_FALSE(in_force(step, "traceoff:count=3\n"));
  CHECK_FALSE(in_force(step, "traceon:count=3 if x==1\n"));
  CHECK_FALSE(in_force(step, no_triggers));
  CHECK(holds_already(step, "traceoff:count=3 if x==1\n"));
  CHECK_FALSE(holds_already(step, "traceoff:count=2 if x==1\n"));
  CHECK(in_force(add("stacktrace:0x10"), "stacktrace:count=16\n"));
  CHECK(in_force(add("hist:keys=pid"), "hist:keys=pid:vals=hitcount:sort=hitcount:size=2048 [active]\n"));
  CHECK_FALSE(in_force(add("hist:keys=pid"), "hist:keys=pid.execname:vals=hitcount [active]\n"));
  CHECK(in_force(removal("traceoff"), "stacktrace:unlimited\n"));
  CHECK_FALSE(in_force(removal("traceon"), "traceoff:unlimited\n"));
}

TEST_CASE("plan: enable reads a star, which is no part of the value") {
  CHECK(in_force(enable("1"), "1*\n"));
  CHECK(in_force(enable("0"), "0*\n"));
  CHECK_FALSE(in_force(enable("1"), "0*\n"));
  CHECK(undo_value(enable("1"), "0*\n") == "0");
  CHECK(undo_value(enable("1"), "1*\n") == "(nothing)");
  CHECK(undo_value(enable("0"), "1*\n") == "1");
  CHECK_THROWS_AS(inverse(set("events/sched/enable", "1"), "X\n"), std::invalid_argument);
}

TEST_CASE("plan: scalars as their files read") {
  const Step clock = set("instances/x/trace_clock", "mono");
  CHECK(undo_value(clock, "[local] global mono mono_raw\n") == "local");
  CHECK(undo_value(clock, "local global [mono] mono_raw\n") == "(nothing)");
  CHECK(in_force(clock, "local global [mono] mono_raw\n"));
  CHECK_FALSE(in_force(clock, "local global mono [mono_raw]\n"));

  const Step size = set("buffer_size_kb", "64");
  CHECK(undo_value(size, "7 (expanded: 1408)\n") == "1408");
  CHECK(undo_value(size, "1410\n") == "1410");
  CHECK(undo_value(size, "64\n") == "(nothing)");
  CHECK(in_force(size, "67\n"));
  CHECK(in_force(set("buffer_size_kb", "1"), "7\n"));
  CHECK_FALSE(in_force(size, "63\n"));
  CHECK_FALSE(in_force(size, "1410\n"));
  CHECK_THROWS_AS(inverse(size, "X\n"), std::invalid_argument);

  CHECK(undo_value(set("tracing_on", "0"), "1\n") == "1");
  CHECK(in_force(set("tracing_on", "2"), "1\n"));
  CHECK(undo_value(set("options/event-fork", "1"), "0\n") == "0");
  CHECK(in_force(set("options/event-fork", "1"), "1\n"));
}

TEST_CASE("plan: pids add up, and only the whole list can be put back") {
  const Step pids{Kind::add_pids, "instances/x/set_event_pid", "7 9"};
  CHECK(in_force(pids, "1\n7\n9\n"));
  CHECK_FALSE(in_force(pids, "1\n7\n99\n"));
  const auto undo = inverse(pids, "1\n7\n");
  REQUIRE(undo);
  CHECK(undo->kind == Kind::set);
  CHECK(undo->value == "1 7");
  CHECK(inverse(pids, "")->value == "");
  CHECK_FALSE(inverse(pids, "9\n7\n"));
  CHECK(in_force(*undo, "7\n1\n"));
  CHECK_FALSE(in_force(*undo, "7\n1\n9\n"));
}

TEST_CASE("plan: an instance is taken back by its removal") {
  const auto undo = inverse({Kind::make_dir, "instances/x", ""}, "");
  REQUIRE(undo);
  CHECK(undo->kind == Kind::remove_dir);
  CHECK(undo->path == "instances/x");
  CHECK_FALSE(inverse(*undo, ""));
}

TEST_CASE("plan: a probe is taken back by its name, and others of that name are not ours") {
  const Step step{Kind::make_probe, "dynamic_events", "p:ours/execve /lib/libc.so.6:0x1000 file=%di:x64"};
  const std::string others = "p:theirs/execve /lib/libc.so.6:0x0000000000001000 file=%di:x64\n";
  CHECK(probe_name(step.value) == "ours/execve");
  CHECK_FALSE(holds_already(step, others));
  CHECK_FALSE(in_force(step, others));
  CHECK(in_force(step, others + "p:ours/execve /lib/libc.so.6:0x0000000000001000 file=%di:x64\n"));
  const auto undo = inverse(step, others);
  REQUIRE(undo);
  CHECK(undo->kind == Kind::remove_probe);
  CHECK(written_value(*undo) == "-:ours/execve");
  CHECK(shell_line(*undo) == "printf '%s\\n' -:ours/execve >> dynamic_events");
  CHECK(in_force(*undo, others));
  CHECK_FALSE(in_force(*undo, "p:ours/execve x:0x1\n"));
  CHECK_FALSE(inverse(*undo, others));
}

TEST_CASE("plan: instance names are plain file names") {
  CHECK(buffer_prefix("") == "");
  CHECK(buffer_prefix("mine") == "instances/mine/");
  CHECK(buffer_prefix("...") == "instances/.../");
  CHECK(buffer_prefix("a b\xc3\xa9") == "instances/a b\xc3\xa9/");
  CHECK(buffer_prefix(std::string(255, 'x')).size() == 10 + 255 + 1);
  for (const std::string& bad :
       {std::string("."), std::string(".."), std::string("a/b"), std::string("/"), std::string("../events"),
        std::string("a\nb"), std::string("a\0b", 3), std::string("\x7f"), std::string(256, 'x')}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(buffer_prefix(bad), Error);
  }
}

TEST_CASE("plan: event folders") {
  CHECK(event_folder("", "sched:sched_switch") == "events/sched/sched_switch/");
  CHECK(event_folder("instances/x/", "a:b") == "instances/x/events/a/b/");
  CHECK_THROWS_AS(event_folder("", "sched_switch"), std::invalid_argument);
}

TEST_CASE("plan: the folder of shell lines is one word of a shell") {
  CHECK(shell_folder_line("/sys/kernel/tracing") == "cd /sys/kernel/tracing");
  CHECK(shell_folder_line("/mnt/a b") == "cd '/mnt/a b'");
  CHECK(shell_folder_line("/mnt/it's $HOME") == "cd '/mnt/it'\\''s $HOME'");
  CHECK(shell_word("") == "''");
}
