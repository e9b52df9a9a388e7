// What is known of tasks, who says so, and that nothing is taken from an event on its way.

#include "records/task_tracker.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "records/exec_recorder.hpp"
#include "records/record_stream.hpp"
#include "records/sink.hpp"
#include "records/stack_joiner.hpp"
#include "support/formats.hpp"
#include "support/known_events.hpp"
#include "support/records.hpp"

using namespace ftracectl;
using namespace ftracectl::test;
using nlohmann::json;

namespace {

std::string line(int tid, int time_us, const std::string& message, const std::string& comm = "late",
                 int cpu = 1, const std::string& flags = ".....") {
  char header[80];
  std::snprintf(header, sizeof header, "%16s-%-7d [%03d] %s     0.%06d: ", comm.c_str(), tid, cpu,
                flags.c_str(), time_us);
  return header + message + "\n";
}

std::string rename_of(int tid, int time_us, const std::string& before, const std::string& after) {
  return line(tid, time_us,
              "task_rename: pid=" + std::to_string(tid) + " oldcomm=" + before + " newcomm=" + after +
                  " oom_score_adj=0");
}
std::string exit_of(int tid, int time_us, const std::string& comm) {
  return line(
      tid, time_us,
      "sched_process_exit: comm=" + comm + " pid=" + std::to_string(tid) + " prio=120 group_dead=true");
}
std::string exec_of(int tid, int time_us, const std::string& file) {
  const std::string pid = std::to_string(tid);
  return line(tid, time_us, "sched_process_exec: filename=" + file + " pid=" + pid + " old_pid=" + pid);
}
const std::string enter = "sys_execve(filename: 0x4e7220, argv: 0x7ffd0, envp: 0x4c00f0)";

std::vector<json> records_of(const std::string& text, bool silent = false, bool stacks = false) {
  const EventTable events = exec_event_table();
  const auto sink = find_output_format("jsonl").make("mono");
  RecordStream::Options options = options_for_unknown_text();
  options.expect_stacks = stacks;
  options.recorders = {exec_recorder({true, true, true, false, silent})};
  RecordStream stream(events, *sink, std::move(options));
  stream.feed(text);
  stream.finish();
  return parse_json_lines(std::string(sink->buffer().view()));
}

}  // namespace

TEST_CASE("tasks: the name of an event is that of its moment, whatever the line says") {
  const auto records =
      records_of(rename_of(7, 1, "sh", "make") + rename_of(7, 2, "make", "cc1") + exit_of(7, 3, "cc1"));
  REQUIRE(records.size() == 3);
  CHECK(records[0]["comm"] == "sh");
  CHECK(records[1]["comm"] == "make");
  CHECK(records[2]["comm"] == "cc1");
}

TEST_CASE("tasks: an exec's own event tells the name from then on") {
  const auto records = records_of(line(7, 1, enter, "true") + exec_of(7, 2, "/usr/bin/env") +
                                  line(7, 3, "sys_execve -> 0x0", "true") + line(7, 4, enter, "true") +
                                  exec_of(7, 5, "/bin/true") + line(7, 6, "sys_execve -> 0x0", "true"));
  const auto execs = of_type(records, "exec");
  REQUIRE(execs.size() == 2);
  CHECK(execs[0]["new_comm"] == "env");
  CHECK(execs[1]["comm"] == "env");
  CHECK(execs[1]["new_comm"] == "true");
}

TEST_CASE("tasks: who is not known is null, and a text's <...> is nobody's name") {
  const auto records =
      records_of(line(7, 1, "sys_execve -> 0xfffffffffffffffe", "<...>") + line(8, 2, "x: y", "<...>"));
  CHECK(of_type(records, "exec").at(0)["comm"].is_null());
  CHECK(of_type(records, "event").at(0)["comm"].is_null());
}

TEST_CASE("tasks: the machine is asked for those of whom nothing is known, and again where it knew nothing") {
  std::string answer;
  int asked = 0;
  TaskTracker tasks([&](std::int32_t) {
    ++asked;
    return answer;
  });
  Event event;
  event.tid = 7;
  const auto name_at = [&](std::uint64_t time) {
    event.comm = {};
    event.time.value = time;
    tasks.begin(event);
    return event.has_comm() ? std::string(event.comm) : "null";
  };
  CHECK(name_at(1) == "null");
  answer = "true";
  CHECK(name_at(2'000'000) == "true");
  CHECK(name_at(2'500'000) == "true");
  CHECK(asked == 2);
  tasks.set(7, {7, 1, "known"});
  CHECK(name_at(3'000'000) == "known");
  const std::string_view kept = event.comm;
  tasks.set(7, {7, 1, "changed"});
  CHECK(kept == "known");  // what is changed behind an event does not reach it
  tasks.lost();
  CHECK(name_at(4'000'000) == "true");
  CHECK(tasks.find(7) != nullptr);
}

TEST_CASE("held events own what they show") {
  HeldEvent held;
  {
    std::string text = "the entry";
    std::string made = "made of it";
    std::string comm = "somebody";
    Event event;
    event.text = text;
    event.message = made;
    event.comm = comm;
    event.fields = {{"a", std::string_view(text).substr(4)}, {"b", std::string_view(made).substr(5)}};
    held.assign(event);
    text.assign(text.size(), 'x');
    made.assign(made.size(), 'x');
    comm.assign(comm.size(), 'x');
  }
  CHECK(held.event().message == "made of it");
  CHECK(held.event().comm == "somebody");
  CHECK(held.event().string("a") == "entry");
  CHECK(held.event().string("b") == "of it");
}

TEST_CASE("stacks: an interrupt between an event and its stack keeps its own") {
  std::vector<std::string> out;
  StackJoiner joiner({[&](const Event& event) {
    std::string frames = std::string(event.name) + ":";
    for (const auto frame : event.kernel_stack) frames += frame;
    for (const auto frame : event.user_stack) frames += frame;
    out.push_back(frames);
  }});
  const auto add = [&](const char* name, CpuContext context) {
    Event event;
    event.cpu = 0;
    event.tid = 7;
    event.name = name;
    event.context = context;
    joiner.add(event);
  };
  const auto stack = [&](const char* frame, CpuContext context, Stack::Kind kind = Stack::Kind::kernel) {
    Stack entry;
    entry.kind = kind;
    entry.cpu = 0;
    entry.tid = 7;
    entry.context = context;
    entry.frames = {frame};
    joiner.add(entry);
  };
  add("task", CpuContext::task);
  add("irq", CpuContext::hardirq);
  stack("i", CpuContext::hardirq);
  stack("t", CpuContext::task);
  stack("u", CpuContext::task, Stack::Kind::user);
  add("next", CpuContext::task);
  stack("n", CpuContext::task);
  joiner.settle();
  CHECK(out == std::vector<std::string>{"task:tu", "irq:i", "next:n"});
}

TEST_CASE("stacks: an event inside another one leaves that one its own stack") {
  for (const bool is_known : {true, false}) {  // that each event has a kernel stack
    CAPTURE(is_known);
    std::vector<std::string> out;
    StackJoiner joiner(
        {[&](const Event& event) {
          out.push_back(std::string(event.name) + ":" + std::to_string(event.kernel_stack.size()));
        }},
        {is_known, false});
    const auto add = [&](const char* name, std::int32_t tid = 7) {
      Event event;
      event.cpu = 0;
      event.tid = tid;
      event.name = name;
      joiner.add(event);
    };
    const auto stack = [&](std::vector<std::string_view> frames, std::int32_t tid = 7) {
      Stack entry;
      entry.cpu = 0;
      entry.tid = tid;
      entry.frames = std::move(frames);
      joiner.add(entry);
    };
    add("enter");
    add("eprobe");
    stack({"eprobe_trigger_func", "event_triggers_call", "ftrace_syscall_enter"});
    stack({"ftrace_syscall_enter", "do_syscall_64"});
    add("exit");
    stack({"ftrace_syscall_exit"});
    add("other task's", 8);
    stack({"stack without event"}, 9);
    joiner.settle();
    CHECK(out ==
          std::vector<std::string>{"enter:2", "eprobe:3", "exit:1", "other task's:0", "kernel_stack:1"});
  }
}

TEST_CASE("stacks: an event with all that is expected does not wait for the next") {
  int out = 0;
  StackJoiner joiner({[&](const Event&) { ++out; }}, {true, false});
  Event event;
  event.cpu = 0;
  event.tid = 7;
  joiner.add(event);
  CHECK(out == 0);
  Stack stack;
  stack.cpu = 0;
  stack.tid = 7;
  stack.frames = {"f"};
  joiner.add(stack);
  CHECK(out == 1);
}

TEST_CASE("stacks: text and flags: the entry of an interrupt does not take the stack of the event") {
  const auto records =
      records_of(line(7, 1, "x: a", "wl", 1, ".....") + line(7, 2, "x: b", "wl", 1, "d.h1.") +
                     line(7, 3, "<stack trace>", "wl", 1, "d.h1.") + " => irq\n" +
                     line(7, 4, "<stack trace>", "wl", 1, ".....") + " => call\n",
                 false, true);
  const auto events = of_type(records, "event");
  REQUIRE(events.size() == 2);
  CHECK(events[0]["stack"] == json{"call"});
  CHECK(events[1]["stack"] == json{"irq"});
}

TEST_CASE("losses: their time is that of the first entry behind, and they stand where they happened") {
  const auto records =
      records_of(line(7, 10, enter, "wl", 0) + "CPU:1 [LOST 40 EVENTS]\n" + line(8, 20, "x: a", "wl", 1) +
                     line(7, 30, "sys_execve -> 0xfffffffffffffffe", "wl", 0),
                 false, true);
  const auto lost = of_type(records, "lost");
  REQUIRE(lost.size() == 1);
  CHECK(lost[0]["ts_ns"] == 20'000);
  CHECK(of_type(records, "exec").at(0)["status"] == "unfinished");
  CHECK(of_type(records_of("CPU:1 [LOST 4 EVENTS]\n"), "lost").at(0)["ts_ns"].is_null());
}
