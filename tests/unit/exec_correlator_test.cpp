#include "records/exec_correlator.hpp"

#include <doctest/doctest.h>

#include <ftracectl/text_decoder.hpp>
#include <string>
#include <vector>

#include "records/stack_joiner.hpp"
#include "support/known_events.hpp"
#include "support/probe_text.hpp"

using namespace ftracectl;
using namespace ftracectl::test;

namespace {

constexpr ExecSources all_sources{true, true, true, false, true};

/// A line of trace text: the header with this tid and time in microseconds, the name as it would be read.
std::string line(int tid, int time_us, const std::string& message, const std::string& comm = "wl") {
  char header[64];
  std::snprintf(header, sizeof header, "%16s-%-7d [001] .....     0.%06d: ", comm.c_str(), tid, time_us);
  return header + message + "\n";
}

std::string enter(int tid, int time_us) {
  return line(tid, time_us, "sys_execve(filename: 0x4e7220, argv: 0x7ffd0, envp: 0x4c00f0)");
}
std::string exec(int tid, int time_us, const std::string& file, int pid, int old_pid) {
  return line(tid, time_us,
              "sched_process_exec: filename=" + file + " pid=" + std::to_string(pid) +
                  " old_pid=" + std::to_string(old_pid));
}
std::string exit_of(int tid, int time_us, const std::string& value,
                    const std::string& syscall = "sys_execve") {
  return line(tid, time_us, syscall + " -> " + value);
}

/// The call of the C library before it.
std::string probed(int tid, int time_us, const ProbedCall& call) {
  return line(tid, time_us, probe_text(call));
}

std::vector<ExecRecord> records_of(const std::string& text, ExecSources sources = all_sources,
                                   std::size_t piece = std::string::npos / 2) {
  static const EventTable events = exec_event_table();
  std::vector<ExecRecord> records;
  TaskTracker tasks;
  ExecCorrelator correlator(tasks, sources, {[&](const ExecRecord& record) { records.push_back(record); }});
  TextDecoder decoder(events);
  const auto take = [&] {
    while (Entry* entry = decoder.next()) {
      REQUIRE(entry->kind == Entry::Kind::event);
      tasks.begin(entry->event);
      correlator.add(entry->event);
      tasks.end(entry->event);
    }
  };
  for (std::size_t at = 0; at < text.size(); at += piece) {
    decoder.feed(std::string_view(text).substr(at, piece));
    take();
  }
  decoder.finish();
  take();
  correlator.finish();
  return records;
}

}  // namespace

TEST_CASE("a success is one record, with name, duration and the names before and after") {
  const auto records = records_of(
      enter(10, 100) + line(10, 150, "task_rename: pid=10 oldcomm=sh newcomm=ok oom_score_adj=0", "ok") +
      exec(10, 160, "/t/ok", 10, 10) + exit_of(10, 200, "0x0"));
  REQUIRE(records.size() == 1);
  CHECK(records[0].status == ExecRecord::Status::ok);
  CHECK(records[0].filename == "/t/ok");
  CHECK(records[0].filename_from == ValueSource::sched_process_exec);
  CHECK(records[0].comm == "sh");  // not the name in the line, which is looked up too late
  CHECK(records[0].new_comm == "ok");
  CHECK(records[0].ret == 0);
  CHECK(records[0].duration_ns == 100'000);
  CHECK(records[0].syscall == ExecRecord::Syscall::execve);
}

TEST_CASE("each directory of a PATH search is an attempt of its own") {
  const auto records = records_of(enter(10, 1) + exit_of(10, 2, "0xfffffffffffffffe") + enter(10, 3) +
                                  exit_of(10, 4, "0xfffffffffffffff3") + enter(10, 5) +
                                  exec(10, 6, "/bin/x", 10, 10) + exit_of(10, 7, "0x0"));
  REQUIRE(records.size() == 3);
  CHECK(records[0].ret == -2);
  CHECK(records[1].ret == -13);
  CHECK(records[1].status == ExecRecord::Status::failed);
  CHECK(records[2].ret == 0);
}

TEST_CASE("execveat that succeeds exits as execve") {
  const auto records = records_of(
      line(10, 1, "sys_execveat(fd: 3, filename: 0x4a8c95, argv: 0x7ffd, envp: 0x7ffe, flags: 0x1000)") +
      exec(10, 2, "/dev/fd/3", 10, 10) + exit_of(10, 3, "0x0"));
  REQUIRE(records.size() == 1);
  CHECK(records[0].syscall == ExecRecord::Syscall::execveat);
  CHECK(records[0].filename == "/dev/fd/3");
  CHECK(records[0].status == ExecRecord::Status::ok);
}

TEST_CASE("an exec by another thread than the leader goes on under the leader's number") {
  const auto records = records_of(
      line(306, 1, "task_newtask: pid=307 comm=wl clone_flags=3d0f00 oom_score_adj=0") + enter(307, 2) +
      line(306, 3, "sched_process_exit: comm=wl pid=306 prio=120 group_dead=false") +
      exec(306, 4, "/t/ok", 306, 307) + exit_of(306, 5, "0x0"));
  REQUIRE(records.size() == 1);
  CHECK(records[0].pid == 306);
  CHECK(records[0].tid == 307);
  CHECK(records[0].status == ExecRecord::Status::ok);
  CHECK(records[0].duration_ns == 3000);
}

TEST_CASE("a failure in a thread names its process") {
  const auto records =
      records_of(line(1, 1, "task_newtask: pid=306 comm=sh clone_flags=1200011 oom_score_adj=0", "sh") +
                 line(306, 2, "task_newtask: pid=307 comm=wl clone_flags=3d0f00 oom_score_adj=0") +
                 enter(307, 3) + exit_of(307, 4, "0xfffffffffffffffe"));
  REQUIRE(records.size() == 1);
  CHECK(records[0].pid == 306);
  CHECK(records[0].tid == 307);
  CHECK(records[0].comm == "wl");
}

TEST_CASE("a 32-bit exec has no enter") {
  const auto records = records_of(exec(10, 2, "/t/ok32", 10, 10) + exit_of(10, 3, "0x0"));
  REQUIRE(records.size() == 1);
  CHECK(records[0].filename == "/t/ok32");
  CHECK(records[0].syscall == ExecRecord::Syscall::unknown);
  CHECK(records[0].status == ExecRecord::Status::ok);
  CHECK_FALSE(records[0].duration_ns);
}

TEST_CASE("with a user's filter on the enters, an end without its enter is somebody else's") {
  ExecSources filtered = all_sources;
  filtered.enter_selects = true;
  CHECK(records_of(exec(10, 2, "/t/ok", 10, 10) + exit_of(10, 3, "0x0"), filtered).empty());
  CHECK(records_of(exit_of(11, 3, "0xfffffffffffffffe"), filtered).empty());
  CHECK(records_of(enter(10, 1) + exit_of(10, 3, "0xfffffffffffffffe"), filtered).size() == 1);
}

TEST_CASE("what the buffer lost of an attempt is not invented") {
  // The exit and the next enter: two attempts, the second without its begin.
  auto records =
      records_of(enter(10, 1) + exec(10, 2, "/t/a", 10, 10) + exit_of(10, 9, "0xfffffffffffffffe"));
  REQUIRE(records.size() == 2);
  CHECK(records[0].status == ExecRecord::Status::ok);
  CHECK_FALSE(records[0].duration_ns);
  CHECK(records[1].ret == -2);
  // The exit alone: the next enter closes the attempt before it.
  records = records_of(enter(10, 1) + enter(10, 5) + exit_of(10, 6, "0xfffffffffffffffe"));
  REQUIRE(records.size() == 2);
  CHECK(records[0].status == ExecRecord::Status::unfinished);
  CHECK_FALSE(records[0].ret);
  CHECK(records[1].status == ExecRecord::Status::failed);
  // The task ended: the attempt is over, without a result.
  records =
      records_of(enter(10, 1) + line(10, 2, "sched_process_exit: comm=wl pid=10 prio=120 group_dead=true"));
  REQUIRE(records.size() == 1);
  CHECK(records[0].status == ExecRecord::Status::unfinished);
}

TEST_CASE("with the enters alone each is a record at once, with the pointers that the kernel gave") {
  const auto records = records_of(enter(10, 1) + enter(10, 2), {true, false, false, false, false});
  REQUIRE(records.size() == 2);
  CHECK(records[0].status == ExecRecord::Status::unfinished);
  CHECK(records[0].filename_addr == 0x4e7220);
  CHECK(records[0].argv_addr == 0x7ffd0);
  CHECK_FALSE(records[0].filename);
}

TEST_CASE("with sched_process_exec alone each is a success at once") {
  const auto records = records_of(exec(10, 2, "/t/ok", 10, 10), {false, true, false, false, false});
  REQUIRE(records.size() == 1);
  CHECK(records[0].status == ExecRecord::Status::ok);
  CHECK(records[0].ret == 0);
  CHECK_FALSE(records[0].comm);  // the line's name is the new one
}

TEST_CASE("a pid that is used again is another process") {
  const auto newtask = [](int parent, const std::string& comm, int time_us) {
    return line(parent, time_us, "task_newtask: pid=10 comm=" + comm + " clone_flags=1200011 oom_score_adj=0",
                comm);
  };
  const auto end = line(10, 4, "sched_process_exit: comm=wl pid=10 prio=120 group_dead=true");
  const auto records = records_of(newtask(1, "init", 1) + newtask(5, "first", 1) + enter(10, 2) +
                                  exit_of(10, 3, "0xfffffffffffffffe") + end + newtask(6, "second", 5) +
                                  enter(10, 6) + exit_of(10, 7, "0xfffffffffffffffe"));
  REQUIRE(records.size() == 2);
  CHECK(records[0].comm == "first");
  CHECK(records[1].comm == "second");
}

TEST_CASE("what the probe fetched goes to the call that it was fetched for") {
  const ProbedCall call{.filename = "/t/nope", .argv = {"nope", "a b"}};
  const auto failed =
      records_of(probed(10, 90, call) + enter(10, 100) + exit_of(10, 200, "0xfffffffffffffffe"));
  REQUIRE(failed.size() == 1);
  CHECK(failed[0].filename == "/t/nope");
  CHECK(failed[0].filename_from == ValueSource::uprobe);
  CHECK(failed[0].argv == std::vector<std::string>{"nope", "a b"});
  CHECK(failed[0].argv_from == ValueSource::uprobe);
  CHECK(failed[0].truncated.empty());

  ProbedCall other = call;
  other.argv_addr += 8;  // another call than the one that entered
  const auto unmatched =
      records_of(probed(10, 90, other) + enter(10, 100) + exit_of(10, 200, "0xfffffffffffffffe"));
  REQUIRE(unmatched.size() == 1);
  CHECK_FALSE(unmatched[0].argv);
  CHECK_FALSE(unmatched[0].filename);

  const auto used_up =
      records_of(probed(10, 90, call) + enter(10, 100) + exit_of(10, 200, "0xfffffffffffffffe") +
                 enter(10, 300) + exit_of(10, 400, "0xfffffffffffffffe"));
  REQUIRE(used_up.size() == 2);
  CHECK(used_up[0].argv);
  CHECK_FALSE(used_up[1].argv);
}

TEST_CASE("what an eprobe fetched comes before its call where that one has a filter") {
  const EprobedCall call{.filename = "/t/prog", .argv = {"a"}};
  const auto fetched = [&](int time_us) { return line(10, time_us, eprobe_text(call)); };
  const auto records = records_of(fetched(99) + enter(10, 100) + exit_of(10, 200, "0x0"));
  REQUIRE(records.size() == 1);
  CHECK(records[0].argv == std::vector<std::string>{"a"});
  CHECK(records[0].argv_from == ValueSource::eprobe);

  // The filter left out the first call: its arguments are not those of the second one, at the same addresses.
  const auto left_out = records_of(fetched(99) + exit_of(10, 150, "0xfffffffffffffffe") + enter(10, 200) +
                                   exit_of(10, 300, "0xfffffffffffffffe"));
  REQUIRE(left_out.size() == 2);
  CHECK_FALSE(left_out[1].argv);
}

TEST_CASE("what an eprobe fetched goes to the call that is under way") {
  const EprobedCall call{.filename = "/t/nope", .argv = {"nope", "a b"}};
  const auto fetched = [](int time_us, const EprobedCall& of) { return line(10, time_us, eprobe_text(of)); };
  const std::string end = exit_of(10, 200, "0xfffffffffffffffe");
  auto records = records_of(enter(10, 100) + fetched(101, call) + end + enter(10, 300) + end);
  REQUIRE(records.size() == 2);
  CHECK(records[0].filename == "/t/nope");
  CHECK(records[0].filename_from == ValueSource::eprobe);
  CHECK(records[0].argv == std::vector<std::string>{"nope", "a b"});
  CHECK(records[0].argv_from == ValueSource::eprobe);
  CHECK_FALSE(records[1].argv);
  CHECK_FALSE(records[1].filename);

  EprobedCall other = call;
  other.argv_addr += 8;
  records = records_of(enter(10, 100) + fetched(101, other) + end);
  REQUIRE(records.size() == 1);
  CHECK_FALSE(records[0].argv);

  // 6.1 fetches the last byte of the file name's address.
  other = call;
  other.filename_addr = 0x20;
  records = records_of(enter(10, 100) + fetched(101, other) + end);
  REQUIRE(records.size() == 1);
  CHECK_FALSE(records[0].filename);
  CHECK(records[0].argv == std::vector<std::string>{"nope", "a b"});

  // Not selected where it entered, and then another that was.
  ExecSources selecting = all_sources;
  selecting.enter_selects = true;
  records =
      records_of(fetched(90, call) + exit_of(10, 95, "0xfffffffffffffffe") + enter(10, 100) + end, selecting);
  REQUIRE(records.size() == 1);
  CHECK_FALSE(records[0].argv);
}

TEST_CASE("arguments that look like a line of trace text are arguments, in pieces of any size") {
  const std::string forged = "x\" z15=0x9fedcba987654320\n" + enter(1, 7) + exec(1, 8, "/bin/evil", 1, 1);
  const EprobedCall call{.filename = "/t/ok", .argv = {"ok", forged, "y"}};
  const std::string text = enter(10, 100) + line(10, 101, eprobe_text(call)) +
                           exec(10, 160, "/t/ok", 10, 10) + exit_of(10, 200, "0x0");
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{4096}}) {
    CAPTURE(piece);
    const auto records = records_of(text, all_sources, piece);
    REQUIRE(records.size() == 1);
    CHECK(records[0].tid == 10);
    CHECK(records[0].filename == "/t/ok");
    CHECK(records[0].argv == std::vector<std::string>{"ok", forged, "y"});
  }
}

TEST_CASE("the name of what runs is the kernel's, and the arguments those of the call") {
  const ProbedCall call{.filename = "ok", .argv = {"x", ""}, .behind = ""};
  const auto records = records_of(probed(10, 90, call) + enter(10, 100) + exec(10, 160, "ok", 10, 10) +
                                  exit_of(10, 200, "0x0"));
  REQUIRE(records.size() == 1);
  CHECK(records[0].filename_from == ValueSource::sched_process_exec);
  CHECK(records[0].argv == std::vector<std::string>{"x", ""});  // the kernel could read the empty one
}

TEST_CASE("without a rename, the new name is the one that the file gives, and not the one in the line") {
  const auto records =
      records_of(enter(10, 100) + exec(10, 160, "/t/a-rather-long-name", 10, 10) + exit_of(10, 200, "0x0") +
                 enter(11, 300) + exec(11, 360, "/dev/fd/3", 11, 11) + exit_of(11, 400, "0x0"));
  REQUIRE(records.size() == 2);
  CHECK(records[0].new_comm == "a-rather-long-n");
  CHECK(records[1].new_comm == "wl");
}

TEST_CASE("arguments that nobody has proved to be readable are not told") {
  const ProbedCall empty{.filename = "/t/nope", .argv = {"x", ""}, .behind = ""};
  const auto doubtful =
      records_of(probed(10, 90, empty) + enter(10, 100) + exit_of(10, 200, "0xfffffffffffffffe"));
  REQUIRE(doubtful.size() == 1);
  CHECK_FALSE(doubtful[0].argv);
  CHECK(doubtful[0].filename == "/t/nope");
  const ProbedCall call{.filename = "/t/nope", .argv = {}};
  const auto fault =
      records_of(probed(10, 90, call) + enter(10, 100) + exit_of(10, 200, "0xfffffffffffffff2"));
  REQUIRE(fault.size() == 1);
  CHECK_FALSE(fault[0].argv);
}

TEST_CASE("memory is bounded when no end ever comes") {
  std::string text;
  for (int tid = 1; tid <= 40000; ++tid) text += enter(tid, 1);
  const auto records = records_of(text);
  CHECK(records.size() == 40000);
  CHECK(records.front().tid == 1);  // the oldest leave first
  CHECK(records.back().tid == 40000);
}

TEST_CASE("stacks find their event across interleaving cpus, and in order") {
  std::vector<std::string> out;
  StackJoiner joiner({[&](const Event& event) {
    out.push_back(std::to_string(event.tid) + ":" + std::to_string(event.kernel_stack.size()));
  }});
  const auto event_on = [&](int cpu, int tid) {
    Event event;
    event.cpu = cpu;
    event.tid = tid;
    joiner.add(event);
  };
  const auto stack_on = [&](int cpu, int tid) {
    Stack stack;
    stack.cpu = cpu;
    stack.tid = tid;
    stack.frames = {"a", "b"};
    joiner.add(stack);
  };
  event_on(0, 10);
  event_on(1, 20);
  stack_on(1, 20);
  stack_on(0, 10);
  event_on(1, 21);
  CHECK(out.empty());  // the first still may get a user stack
  event_on(0, 11);
  CHECK(out == std::vector<std::string>{"10:2", "20:2"});
  stack_on(1, 99);  // of another task: its own event was lost
  joiner.settle();
  CHECK(out == std::vector<std::string>{"10:2", "20:2", "21:0", "11:0", "99:2"});
}
