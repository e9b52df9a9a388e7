#include "records/process_ends.hpp"

#include <doctest/doctest.h>

#include <ftracectl/text_decoder.hpp>
#include <string>
#include <vector>

#include "records/exec_correlator.hpp"
#include "support/known_events.hpp"

using namespace ftracectl;
using namespace ftracectl::test;

namespace {

std::string line(int tid, int time_us, const std::string& message) {
  char header[64];
  std::snprintf(header, sizeof header, "%16s-%-7d [001] .....     0.%06d: ", "wl", tid, time_us);
  return header + message + "\n";
}
std::string fork(int tid, int time_us, int child, bool is_thread = false) {
  return line(tid, time_us,
              "task_newtask: pid=" + std::to_string(child) +
                  " comm=wl clone_flags=" + (is_thread ? "3d0f00" : "1200000") + " oom_score_adj=0");
}
std::string exit_call(int tid, int time_us, const std::string& code,
                      const std::string& call = "sys_exit_group") {
  return line(tid, time_us, call + "(error_code: " + code + ")");
}
std::string signal(int tid, int time_us, int number, const std::string& handler = "0") {
  return line(tid, time_us,
              "signal_deliver: sig=" + std::to_string(number) + " errno=0 code=0 sa_handler=" + handler +
                  " sa_flags=0");
}
std::string sent(int tid, int time_us, int number, int target) {
  return line(tid, time_us,
              "signal_generate: sig=" + std::to_string(number) +
                  " errno=0 code=0 comm=wl pid=" + std::to_string(target) + " grp=1 res=0");
}
std::string gone(int tid, int time_us, const std::string& group_dead) {
  return line(
      tid, time_us,
      "sched_process_exit: comm=wl pid=" + std::to_string(tid) + " prio=120 group_dead=" + group_dead);
}
/// As kernels before 6.18 print it, which do not tell whether it was the last thread.
std::string gone(int tid, int time_us) {
  return line(tid, time_us, "sched_process_exit: comm=wl pid=" + std::to_string(tid) + " prio=120");
}

/// The events with the field group_dead, or without.
EventTable events_of(bool tells_group_dead) {
  EventTable events = exec_event_table();
  if (tells_group_dead) return events;
  EventTable older;
  for (const char* name : {"task_newtask", "task_rename", "sched_process_exec"})
    older.add(events.find(name)->schema);
  for (const char* name : {"sys_execve", "sys_exit_group", "sys_exit"})
    older.add(events.find_syscall_enter(name)->schema);
  for (const char* name : {"signal_deliver", "signal_generate"}) older.add(events.find(name)->schema);
  const std::string field = "\tfield:unsigned char common_type;\toffset:0;\tsize:2;\tsigned:0;\n\n";
  older.add(parse_format("name: sched_process_exit\nID: 1\nformat:\n" + field +
                             "\tfield:char comm[16];\toffset:8;\tsize:16;\tsigned:0;\n"
                             "\tfield:pid_t pid;\toffset:24;\tsize:4;\tsigned:1;\n"
                             "\tfield:int prio;\toffset:28;\tsize:4;\tsigned:1;\n"
                             "\nprint fmt: \"comm=%s pid=%d prio=%d\", REC->comm, REC->pid, REC->prio\n",
                         "sched", "sched_process_exit"));
  return older;
}

std::vector<ExitRecord> ends_of(const std::string& text, bool tells_group_dead = true) {
  const EventTable events = events_of(tells_group_dead);
  std::vector<ExitRecord> records;
  ProcessEnds ends([&](const ExitRecord& record) { records.push_back(record); });
  TaskTracker tasks;
  ExecCorrelator correlator(tasks, {true, true, true, false, true}, {[](const ExecRecord&) {}});
  tasks.set(5, {5, 1, "sh"});
  TextDecoder decoder(events);
  decoder.feed(text);
  decoder.finish();
  while (Entry* entry = decoder.next()) {
    REQUIRE(entry->kind == Entry::Kind::event);
    CAPTURE(entry->event.message);
    REQUIRE(entry->event.decoded);
    tasks.begin(entry->event);
    if (!ends.add(entry->event, tasks)) correlator.add(entry->event);
    tasks.end(entry->event);
  }
  return records;
}

}  // namespace

TEST_CASE("ends: an exit code, a signal, and the time between") {
  const auto ends = ends_of(fork(5, 100, 10) + exit_call(10, 300, "0x103") + gone(10, 350, "true") +
                            fork(5, 400, 11) + signal(11, 450, 17) + signal(11, 460, 10, "5581") +
                            signal(11, 500, 15) + gone(11, 510, "true"));
  REQUIRE(ends.size() == 2);
  CHECK(ends[0].pid == 10);
  CHECK(ends[0].ppid == 5);
  CHECK(ends[0].comm == "wl");
  CHECK(ends[0].exit_code == 3);
  CHECK_FALSE(ends[0].signal);
  CHECK(ends[0].lifetime_ns == 250'000);
  CHECK(ends[1].signal == 15);
  CHECK_FALSE(ends[1].exit_code);
}

TEST_CASE("ends: a fatal signal is delivered as a KILL, and its sender tells which it was") {
  const auto terminated = ends_of(fork(5, 100, 10) + sent(5, 110, 10, 10) + signal(10, 120, 10, "5581") +
                                  sent(5, 130, 15, 10) + signal(10, 140, 9) + gone(10, 150, "true"));
  REQUIRE(terminated.size() == 1);
  CHECK(terminated[0].signal == 15);
  const auto killed =
      ends_of(fork(5, 100, 10) + sent(5, 130, 9, 10) + signal(10, 140, 9) + gone(10, 150, "true"));
  REQUIRE(killed.size() == 1);
  CHECK(killed[0].signal == 9);
  // From outside of what is traced, and a handled one before it.
  const auto unknown = ends_of(fork(5, 100, 10) + sent(5, 110, 10, 10) + signal(10, 120, 10, "5581") +
                               signal(10, 140, 9) + exit_call(10, 145, "0x0") + gone(10, 150, "true"));
  REQUIRE(unknown.size() == 1);
  CHECK_FALSE(unknown[0].signal);
  CHECK_FALSE(unknown[0].exit_code);
}

TEST_CASE("ends: a process ends with its last thread, and with what the first to end it said") {
  for (const bool tells : {true, false}) {
    CAPTURE(tells);
    const auto thread_gone = [&](int tid, int time_us, bool is_last) {
      return tells ? gone(tid, time_us, is_last ? "true" : "false") : gone(tid, time_us);
    };
    const auto ends =
        ends_of(fork(5, 100, 10) + fork(10, 110, 12, true) + exit_call(12, 120, "0x9", "sys_exit") +
                    thread_gone(12, 130, false) + fork(10, 140, 13, true) + exit_call(13, 150, "0x4") +
                    signal(10, 160, 9) + thread_gone(10, 170, false) + thread_gone(13, 180, true),
                tells);
    REQUIRE(ends.size() == 1);
    CHECK(ends[0].pid == 10);
    CHECK(ends[0].tid == 13);
    CHECK(ends[0].exit_code == 4);
    CHECK_FALSE(ends[0].signal);
  }
}

TEST_CASE("ends: an exec from another thread than the leader ends nothing") {
  for (const bool tells : {true, false}) {
    CAPTURE(tells);
    const auto ends =
        ends_of(fork(5, 100, 10) + fork(10, 110, 12, true) +
                    line(12, 120, "sys_execve(filename: 0x4e7220, argv: 0x7ffd0, envp: 0x4c00f0)") +
                    signal(10, 130, 9) + (tells ? gone(10, 140, "false") : gone(10, 140)) +
                    line(10, 150, "sched_process_exec: filename=/t/ok pid=10 old_pid=12") +
                    exit_call(10, 200, "0x0") + (tells ? gone(10, 210, "true") : gone(10, 210)),
                tells);
    REQUIRE(ends.size() == 1);
    CHECK(ends[0].exit_code == 0);
    CHECK(ends[0].lifetime_ns == 110'000);
  }
}

TEST_CASE("ends: one that was there before has no known lifetime") {
  const auto ends = ends_of(exit_call(5, 300, "0x0") + gone(5, 350, "true"));
  REQUIRE(ends.size() == 1);
  CHECK_FALSE(ends[0].lifetime_ns);
  CHECK(ends[0].ppid == 1);
}
