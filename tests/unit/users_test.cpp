// The real user of an exec: what the events tell, and when an answer of /proc may be believed.

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

#include "records/exec_recorder.hpp"
#include "records/record_stream.hpp"
#include "records/sink.hpp"
#include "saved/machine_lines.hpp"
#include "support/known_events.hpp"
#include "support/records.hpp"

using namespace ftracectl;
using namespace ftracectl::test;
using nlohmann::json;

namespace {

constexpr std::uint64_t us = 1000;

std::string line(int tid, std::uint64_t time_us, const std::string& message) {
  char header[64];
  std::snprintf(header, sizeof header, "              sh-%-7d [001] .....     0.%06llu: ", tid,
                static_cast<unsigned long long>(time_us));
  return header + message + "\n";
}
std::string starts(int parent, std::uint64_t time_us, int child, const std::string& flags = "1200011") {
  return line(
      parent, time_us,
      "task_newtask: pid=" + std::to_string(child) + " comm=sh clone_flags=" + flags + " oom_score_adj=0");
}
std::string changes(int tid, std::uint64_t time_us, const std::string& ret = "0x0") {
  return line(tid, time_us, "sys_setuid -> " + ret);
}
std::string ends(int tid, std::uint64_t time_us) {
  return line(tid, time_us,
              "sched_process_exit: comm=sh pid=" + std::to_string(tid) + " prio=120 group_dead=true");
}
std::string enters(int tid, std::uint64_t time_us) {
  return line(tid, time_us, "sys_execve(filename: 0x4e7220, argv: 0x7ffd0, envp: 0x4c00f0)");
}
std::string runs(int pid, int old_pid, std::uint64_t time_us) {
  return line(pid, time_us,
              "sched_process_exec: filename=/bin/t pid=" + std::to_string(pid) +
                  " old_pid=" + std::to_string(old_pid)) +
         line(pid, time_us + 1, "sys_execve -> 0x0");
}
std::string execs(int tid, std::uint64_t time_us) {
  return enters(tid, time_us) + runs(tid, tid, time_us + 1);
}

/// A stream that follows users. /proc always answers 77, at the time that it is set to.
struct Users {
  std::optional<std::uint64_t> proc_says_at;
  EventTable events = exec_event_table();
  std::unique_ptr<Sink> sink = find_output_format("jsonl").make("mono");
  std::optional<RecordStream> stream;

  explicit Users(bool follows = true, bool enter_selects = false) {
    RecordStream::Options options;
    options.recorders = {exec_recorder({true, true, true, enter_selects, true, follows})};
    options.questions.on_exec = options.questions.before_record = [this](ExecRecord& record) {
      if (record.uid || !proc_says_at) return;
      record.uid = 77;
      record.uid_read_ns = proc_says_at;
    };
    stream.emplace(events, *sink, std::move(options));
    stream->tasks().set(1, {1, 0, "sh", KnownUid{5, 0}});
  }
  void feed(const std::string& text) {
    stream->feed(text);
    stream->settle(false);
  }
  std::vector<json> execs() const {
    return of_type(parse_json_lines(std::string(sink->buffer().view())), "exec");
  }
  /// The users of all execs, "?" for those that are not known.
  std::string told() const {
    std::string text;
    for (const auto& exec : execs())
      text += (text.empty() ? "" : " ") + (exec["uid"].is_null() ? "?" : exec["uid"].dump());
    return text;
  }
};

std::string told_of(const std::string& text, std::optional<std::uint64_t> proc_says_at = std::nullopt) {
  Users users;
  users.proc_says_at = proc_says_at;
  users.feed(text);
  users.stream->finish();
  return users.told();
}

}  // namespace

TEST_CASE("users: a task has that of the one that started it, also a thread and a sibling") {
  CHECK(told_of(execs(1, 10)) == "5");
  CHECK(told_of(starts(1, 1, 2) + starts(2, 2, 3) + execs(3, 10)) == "5");
  CHECK(told_of(starts(1, 1, 2, "8011") + execs(2, 10)) == "5");
  CHECK(told_of(starts(9, 1, 2) + execs(2, 10)) == "?");
  // A thread that is not the leader goes on as what it was.
  const std::string thread = starts(1, 1, 2, "3d0f00");
  CHECK(told_of(thread + changes(1, 2) + enters(2, 3) + runs(1, 2, 4) + execs(1, 10)) == "5 5");
  CHECK(told_of(thread + changes(2, 2) + enters(2, 3) + runs(1, 2, 4) + execs(1, 10)) == "? ?");
}

TEST_CASE("users: what was known ends where it changes, for the task alone, and where events are lost") {
  CHECK(told_of(starts(1, 1, 2) + changes(2, 2) + execs(2, 10) + execs(1, 20)) == "? 5");
  CHECK(told_of(starts(1, 1, 2) + changes(1, 2) + execs(2, 10) + execs(1, 20)) == "5 ?");
  CHECK(told_of(changes(1, 2, "0xffffffffffffffff") + execs(1, 10)) == "5");
  CHECK(told_of("CPU:1 [LOST 9 EVENTS]\n" + execs(1, 10)) == "?");
  CHECK(told_of(line(1, 2, "sys_setuid -> what?") + execs(1, 10)) == "?");
  CHECK(told_of(ends(1, 2) + execs(1, 10)) == "?");
  // A 32-bit process's calls are not seen: its exec has no enter.
  CHECK(told_of(runs(1, 1, 10) + execs(1, 20)) == "? ?");
}

TEST_CASE("users: what a filter leaves out does not change them, where the exit shows 64 bits") {
  const auto told_of_selected = [](const std::string& text) {
    Users users(true, true);
    users.feed(text);
    users.stream->finish();
    return users.told();
  };
  CHECK(told_of_selected(runs(1, 1, 10) + execs(1, 20)) == "5");
  CHECK(told_of_selected(runs(1, 1, 10) + changes(1, 15) + execs(1, 20)) == "?");
  // A program of 32 bits runs now, of which no call is seen: and its children are its own.
  const std::string compat = line(1, 10, "sched_process_exec: filename=/bin/t pid=1 old_pid=1");
  CHECK(told_of_selected(compat + execs(1, 20)) == "?");
  CHECK(told_of_selected(compat + starts(1, 12, 2) + execs(2, 20)) == "?");
  // A thread made the call, and the leader's number goes on.
  CHECK(told_of_selected(starts(1, 1, 2, "3d0f00") + runs(1, 2, 10) + execs(1, 20)) == "?");
  CHECK(told_of_selected(compat + "CPU:1 [LOST 9 EVENTS]\n" + runs(1, 1, 14) + execs(1, 20)) == "?");
}

TEST_CASE("users: an answer of /proc holds from then on, and is handed on") {
  const std::string changed = starts(1, 1, 2) + changes(2, 2);
  const std::uint64_t answer = 1000 * us;
  CHECK(told_of(changed + execs(2, 10) + execs(2, 1100) + starts(2, 1200, 3) + execs(3, 1300), answer) ==
        "77 77 77");
  // A task that it started before the answer may be another's.
  Users users;
  users.proc_says_at = answer;
  users.feed(changed + execs(2, 10));
  users.proc_says_at.reset();
  users.feed(starts(2, 900, 3) + execs(3, 1300) + execs(2, 1400));
  users.stream->finish();
  CHECK(users.told() == "77 ? 77");
}

TEST_CASE("users: an answer that came after the next change is not told") {
  const std::string changed = starts(1, 1, 2) + changes(2, 2);
  const std::uint64_t answer = 1000 * us;
  CHECK(told_of(changed + execs(2, 10) + changes(2, 900), answer) == "?");
  CHECK(told_of(changed + execs(2, 10) + changes(1, 900), answer) == "77");
  CHECK(told_of(changed + execs(2, 10) + changes(2, 1100), answer) == "77");
  CHECK(told_of(changed + execs(2, 10) + "CPU:1 [LOST 9 EVENTS]\n", answer) == "?");
  // Not even when the task has ended, and another has its number.
  CHECK(told_of(changed + execs(2, 10) + ends(2, 20) + starts(1, 30, 2), answer) == "?");
  // Of an attempt that failed, too.
  const std::string fails = enters(2, 10) + line(2, 11, "sys_execve -> 0xfffffffffffffffe");
  CHECK(told_of(changed + fails, answer) == "77");
  CHECK(told_of(changed + fails + changes(2, 900), answer) == "?");
}

TEST_CASE("users: records wait for what proves an answer, in their order, and no longer than that") {
  Users users;
  users.proc_says_at = 1000 * us;
  RecordStream& stream = *users.stream;
  users.feed(starts(1, 1, 2) + changes(2, 2) + execs(2, 10) + execs(1, 20));
  CHECK(stream.is_holding());
  CHECK(users.told().empty());
  users.feed(execs(1, 1500));
  CHECK(users.told().empty());
  users.feed(execs(1, 2500));
  CHECK(users.told() == "77 5 5 5");
  CHECK_FALSE(stream.is_holding());

  users.feed(changes(2, 3000) + execs(2, 3010));
  users.proc_says_at = 4000 * us;
  users.feed(changes(2, 3020) + execs(2, 3030));
  CHECK(stream.is_holding());
  stream.let_go_held();
  CHECK(users.told() == "77 5 5 5 77 77");
}

TEST_CASE("users: where they are not followed, /proc is asked each time and nothing waits") {
  Users users(false);
  users.proc_says_at = 1000 * us;
  users.feed(starts(1, 1, 2) + execs(2, 10) + execs(1, 20) + changes(2, 900));
  CHECK_FALSE(users.stream->is_holding());
  CHECK(users.told() == "77 77");
}

TEST_CASE("users: a capture folder keeps when they were read") {
  const Task task{7, 1, "sh", KnownUid{1000, 123456789}};
  const TaskLine again = parse_task_line(task_line(7, task));
  REQUIRE(again.task.uid);
  CHECK(again.task.uid->uid == 1000);
  CHECK(again.task.uid->since == 123456789);
  CHECK_FALSE(parse_task_line(R"({"tid":7,"pid":7,"comm":"of an older folder"})").task.uid);

  ExecRecord before;
  before.tid = before.pid = 7;
  ExecRecord after = before;
  after.uid = 1000;
  after.uid_read_ns = 5;
  apply_values(parse_value_line(value_line(value_difference(MachineMoment::exec, before, after))), before);
  CHECK(before.uid == 1000);
  CHECK(before.uid_read_ns == 5);
}

TEST_CASE("users: an answer of /proc is not believed of a task that was in the middle of a change") {
  // It changes somewhere in the call, and may be kept from leaving it for long.
  const std::string call = line(9, 90, "sys_setuid(uid: 0x4d)");
  CHECK(told_of(execs(9, 10) + changes(9, 500), 100 * us) == "77");
  CHECK(told_of(execs(9, 10) + call + changes(9, 500), 100 * us) == "?");
  CHECK(told_of(execs(9, 10) + call + changes(9, 500, "0xffffffffffffffff"), 100 * us) == "?");
  CHECK(told_of(execs(9, 10) + line(9, 300, "sys_setuid(uid: 0x4d)") + changes(9, 500), 100 * us) == "77");
}
