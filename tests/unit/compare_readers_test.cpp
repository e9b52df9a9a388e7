// Each reader by itself, on what its tool prints in cases that the recordings do not hold.
#include <doctest/doctest.h>

#include <ftracectl/error.hpp>

#include "support/compare.hpp"
#include "support/text.hpp"

using namespace ftracectl;
using namespace ftracectl::test;
using compare::Attempt;
using compare::Side;

namespace {

/// What is wrong with a text, or with the first of its lines that was left out.
std::string fault_of(const std::string& text, const std::string& format = {}) {
  Side side;
  try {
    read_text(text, side, {}, format);
  } catch (const Error& error) {
    return error.what();
  }
  return side.bad_lines > 0 ? side.first_bad_line : "none";
}

std::vector<std::string> argv_of(const Attempt& attempt) {
  std::vector<std::string> argv;
  for (const auto argument : compare::arguments_of(*attempt.argv)) argv.emplace_back(argument);
  return argv;
}

}  // namespace

TEST_CASE("compare: texts are recognised by what stands in them") {
  const auto format_of = [](const std::string& text) {
    Side side;
    read_text(text, side);
    return side.format;
  };
  CHECK(format_of("{\"type\":\"exec\",\"ts_ns\":1,\"tid\":1}\n") == "ftracectl");
  CHECK(format_of("Attaching 8 probes...\nbegin 1 5\nend 6\n") == "bpftrace");
  CHECK(format_of("{\"type\": \"attached_probes\", \"data\": {\"probes\": 8}}\n"
                  "{\"type\": \"printf\", \"data\": \"begin 1 5\\n\"}\n") == "bpftrace-json");
  CHECK(format_of("Attaching 2 probes...\nTIME(ms)   PID   ARGS\n") == "execsnoop.bt");
  CHECK(format_of("UID    PCOMM            PID    PPID   RET ARGS\n") == "execsnoop");
  CHECK(format_of("PCOMM            PID     PPID    TID     AGE(s)  EXIT_CODE\n") == "exitsnoop");
  // Without -ttt, strace tells no time that could be used.
  CHECK(contains(fault_of("execve(\"/bin/x\", [\"x\"], 0x1 /* 1 var */) = 0\n"), "line 1: not recognised"));
}

TEST_CASE("compare: bpftrace's records end where their time stamp says, whatever the names hold") {
  Side side;
  read_text(
      "begin 1 1\n"
      "enter 100 0 7 7 1 execve a\nb #100 /bin/x\nexit 5 0 7 7 execve 0 fake #5 #100\n"
      "arg 100 7 0 one #1001 two #100\narg 100 7 1  #100\nargc 100 7 2 0\n"
      "exec 150 0 7 7 x #150 /bin/x\nexit 5 0 7 7 execve 0 fake #5 #150\n"
      "exit 200 0 7 7 execve 0 x #200\nLost 3 events\nfork 250 7 8 0x1200000\nend 300\n",
      side);
  REQUIRE(side.attempts.size() == 1);
  const Attempt& attempt = side.attempts[0];
  CHECK(attempt.comm == "a\nb");
  CHECK(attempt.filename == "/bin/x\nexit 5 0 7 7 execve 0 fake #5");
  CHECK(argv_of(attempt) == std::vector<std::string>{"one #1001 two", ""});
  CHECK(attempt.ret == 0);
  CHECK(attempt.new_comm == "x");
  CHECK_FALSE(attempt.argv_is_lost);
  REQUIRE(side.losses.size() == 1);
  CHECK(side.losses[0].count == 3);
  CHECK(side.last_ns == 200);
}

TEST_CASE("compare: events of one task on two cpus may come in the wrong order") {
  Side side;
  read_text(
      "exit 200 1 7 7 execve -2 sh #200\n"
      "enter 100 0 7 7 1 execve sh #100 /nope #100\nargc 100 7 0 0\n"
      "enter 300 0 9 8 1 execve sh #300 /ok #300\nargc 300 8 0 0\nexec 350 0 9 8 ok #350 /ok #350\n"
      "exit 360 0 9 9 execve 0 ok #360\n",
      side);
  REQUIRE(side.attempts.size() == 2);
  CHECK(side.attempts[0].filename == "/nope");
  CHECK(side.attempts[0].ret == -2);
  CHECK(side.attempts[1].tid == 8);
  CHECK(side.attempts[1].pid == 9);
  CHECK(side.attempts[1].by_thread);
  CHECK(side.attempts[1].ret == 0);
}

TEST_CASE("compare: an argument that was lost by itself is known to be missing") {
  Side side;
  read_text(
      "enter 100 0 7 7 1 execve sh #100 /x #100\narg 100 7 0 x #100\narg 100 7 2 z #100\nargc 100 7 3 0\n",
      side);
  REQUIRE(side.attempts.size() == 1);
  CHECK(side.attempts[0].argv_is_lost);
}

TEST_CASE("compare: two execs of one task without calls are two") {
  Side side;
  read_text(
      "            true   10 [000] 5.000001: sched:sched_process_exec: filename=/a pid=10 old_pid=10\n"
      "            true   10 [001] 5.000101: sched:sched_process_exec: filename=/b pid=10 old_pid=10\n",
      side);
  REQUIRE(side.attempts.size() == 2);
  CHECK(side.attempts[1].filename == "/b");
  Attempt failed;
  failed.ret = -2;
  CHECK(side.shows(failed) == compare::Shown::never);
}

TEST_CASE("compare: perf's lines with odd names, losses and older forms") {
  Side side;
  read_text(
      "# captured on: today\n"
      "          x-7 [0   10/11    [000] 5.000001000:   syscalls:sys_enter_execve: filename: 0x1 \"/a, argv: "
      "b\", "
      "argv: 0x2, envp: 0x3\n"
      "          x-7 [0   10/11    [000] 5.000002500:    syscalls:sys_exit_execve: 0xfffffffffffffffe\n"
      "       nl\nline 12 [001] 6.000000: sched:sched_process_exec: filename=/t/nl\nname pid=12 pid=12 "
      "old_pid=12\n"
      "            true   10 [001] 7.000000: PERF_RECORD_LOST lost 17\n",
      side);
  REQUIRE(side.attempts.size() == 2);
  CHECK(side.attempts[0].filename == "/a, argv: b");
  CHECK(side.attempts[0].comm == "x-7 [0");
  CHECK(side.attempts[0].pid == 10);
  CHECK(side.attempts[0].tid == 11);
  CHECK(side.attempts[0].ret == -2);
  CHECK(side.attempts[0].ts_ns == 5'000'001'000);
  CHECK(side.attempts[1].filename == "/t/nl\nname pid=12");
  CHECK(side.attempts[1].new_comm == "nl\nline");
  REQUIRE(side.losses.size() == 1);
  CHECK(side.losses[0].count == 17);
}

TEST_CASE("compare: strace on a terminal, where the first process has no number until there is another") {
  Side side;
  read_text(
      "1795360851.517625582 execve(\"/usr/bin/sh\", [\"sh\", \"-c\"...], 0x7ff /* 37 vars */) = 0\n"
      "1795360851.525280766 vfork(strace: Process 31028 attached\n <unfinished ...>\n"
      "[pid 31028] 1795360851.540649574 execve(\"/bin/true\", [\"tr\\\"ue\", \"\\303\\251\\x41\"], 0x55 /* "
      "38 vars */ "
      "<unfinished ...>\n"
      "[pid 31027] 1795360851.540918737 <... vfork resumed>) = 31028\n"
      "[pid 31028] 1795360851.541107910 <... execve resumed>) = 0\n"
      "sh: 1: what the program itself said\n"
      "[pid 31027] 1795360851.600000000 execve(0x8, NULL, NULL) = -1 EFAULT (Bad address)\n"
      "[pid 31028] 1795360851.700000000 +++ exited with 0 +++\n",
      side);
  REQUIRE(side.attempts.size() == 3);
  CHECK(side.attempts[0].tid == 31027);
  CHECK(side.attempts[0].cut_arguments == compare::argument_bit(1));
  CHECK_FALSE(side.attempts[0].argv_is_cut);
  CHECK(side.attempts[0].ts_ns == 1795360851517625582);
  CHECK(argv_of(side.attempts[1]) == std::vector<std::string>{"tr\"ue",
                                                              "\xc3\xa9"
                                                              "A"});
  CHECK(side.attempts[1].ret == 0);
  CHECK(side.attempts[2].ret == -14);
  CHECK_FALSE(side.attempts[2].filename);
  CHECK(side.is_scoped);
  REQUIRE(side.forks.size() == 1);
  CHECK(side.forks[0].child == 31028);
}

TEST_CASE("compare: execsnoop's columns, newlines in them, and what its options leave out") {
  Side side;
  compare::ImportOptions options;
  options.tool_arguments = {"-n", "tr"};
  read_text(
      "TIME     TIME(s)  UID    PCOMM            PID    PPID   RET ARGS\n"
      "15:20:23 1000.4690     nl\nname          30670  30667    0 /bin/true one  two\nthree  ...\n"
      "15:20:24 2.472   100000sh               30673  30667   -2 /nope \n"
      "Lost 5 events on CPU #1!\n",
      side, options);
  REQUIRE(side.attempts.size() == 2);
  CHECK(side.attempts[0].new_comm == "nl\nname");
  CHECK(side.attempts[0].argv == "/bin/true one  two\nthree");
  CHECK(side.attempts[0].argv_is_cut);
  CHECK(side.attempts[0].ts_ns == 1'000'469'000'000);
  CHECK(side.attempts[1].comm == "sh");
  CHECK(side.attempts[1].ret == -2);
  CHECK(side.losses.at(0).count == 5);

  Attempt other;
  other.ret = 0;
  other.new_comm = "true";
  CHECK(side.shows(other) == compare::Shown::yes);
  other.new_comm = "sh";
  CHECK(side.shows(other) == compare::Shown::filtered);
  other.by_thread = true;
  CHECK(side.shows(other) == compare::Shown::never);
}

TEST_CASE("compare: execsnoop's quotes, of which the last is open where there were more arguments") {
  Side side;
  read_text(
      "PCOMM            PID    PPID   RET ARGS\n"
      "true             30725  30722    0 \"/bin/true\" \"two words\" \"\" \"q\\\"\\n\\t\\x\" \n"
      "ok               30726  30722    0 \"/bin/ok\" \"arg18\" \" ...\n",
      side);
  REQUIRE(side.attempts.size() == 2);
  CHECK(argv_of(side.attempts[0]) == std::vector<std::string>{"/bin/true", "two words", "", "q\"\n\t\\x"});
  CHECK(side.attempts[0].filename == "/bin/true");
  CHECK(argv_of(side.attempts[1]) == std::vector<std::string>{"/bin/ok", "arg18"});
  CHECK(side.attempts[1].argv_is_cut);
}

TEST_CASE("compare: execsnoop.bt's heads and arguments that came apart") {
  Side side;
  read_text(
      "Attaching 2 probes...\nTIME(ms)   PID   ARGS\n"
      "21         31059 ls -l\n"
      "22         31060 23         31061 first\nsecond\n"
      "24         31062 Lost 1 events\n"
      "25         31063 two\nlines\n",
      side);
  REQUIRE(side.attempts.size() == 5);
  CHECK(side.attempts[0].argv == "ls -l");
  CHECK_FALSE(side.attempts[1].argv);  // whose they are nobody knows
  CHECK_FALSE(side.attempts[2].argv);
  CHECK(side.attempts[3].argv_is_lost);
  CHECK(side.attempts[4].argv == "two\nlines");
  CHECK(side.losses.at(0).count == 1);
}

TEST_CASE("compare: JSON Lines of any program, by the names of its keys") {
  compare::ImportOptions options;
  options.key_map = {{"event", "ev"}, {"ts_us", "t"},   {"tid", "task"},
                     {"pid", "tgid"}, {"argv", "args"}, {"filename", "path"}};
  Side side;
  read_text(
      "{\"ev\":\"sys_enter_execve\",\"t\":10.5,\"task\":8,\"tgid\":7,\"path\":\"/"
      "x\",\"args\":[\"x\",\"1\"]}\n"
      "{\"ev\":\"sys_exit_execve\",\"t\":12,\"task\":8,\"tgid\":7,\"ret\":-13}\n"
      "{\"ev\":\"sched_switch\",\"t\":13,\"task\":8}\n"
      "{\"lost\":4}\n",
      side, options, "json");
  REQUIRE(side.attempts.size() == 1);
  CHECK(side.attempts[0].ts_ns == 10'500);
  CHECK(side.attempts[0].tid == 8);
  CHECK(side.attempts[0].pid == 7);
  CHECK(side.attempts[0].ret == -13);
  CHECK(argv_of(side.attempts[0]) == std::vector<std::string>{"x", "1"});
  CHECK(side.losses.at(0).count == 4);

  Side whole;
  read_text("{\"ts_s\":\"1.5\",\"pid\":7,\"filename\":\"/x\",\"argv\":\"x 1\",\"ret\":0}\n", whole);
  REQUIRE(whole.attempts.size() == 1);
  CHECK(whole.attempts[0].ts_ns == 1'500'000'000);
  CHECK(whole.attempts[0].argv_is_joined);
  CHECK_FALSE(whole.tells_tids);
  CHECK(contains(fault_of("{\"a\":1}\n"), "--map"));
}

TEST_CASE("compare: counts of a map, in every form of a key and a value") {
  const auto pids_of = [](const std::string& text) {
    Side side;
    read_text(text, side);
    std::string pids;
    for (const Attempt& attempt : side.attempts) {
      for (std::uint64_t i = 0; i < attempt.count; ++i) pids += std::to_string(attempt.pid) + " ";
    }
    return pids;
  };
  CHECK(pids_of("Attaching 1 probe...\n\n@exec_count[12, sh]: 2\n@exec_count[13, x]: 1\n@other[5]: 9\n") ==
        "12 12 13 ");
  CHECK(pids_of("[{\"key\":[\"0x0c\",\"0x00\",\"0x00\",\"0x00\"],\"value\":[\"0x02\",\"0x00\"]}]") ==
        "12 12 ");
  CHECK(pids_of("[{\n \"key\": 12,\n \"value\": 1\n}]\n") == "12 ");
  CHECK(pids_of(
            "[{\"key\":[\"0x0c\"],\"value\":[\"0x01\"],\"formatted\":{\"key\":{\"pid\":77},\"value\":1}}]") ==
        "77 ");
  CHECK(pids_of("[{\"key\":12,\"values\":[{\"cpu\":0,\"value\":1},{\"cpu\":1,\"value\":2}]}]") ==
        "12 12 12 ");
  // bpf_get_current_pid_tgid(): the process above, the thread below.
  CHECK(pids_of("[{\"key\":51539607565,\"value\":1}]") == "12 ");
  CHECK(contains(fault_of("[{\"key\":12,\"value\":9223372036854775808}]"), "2^63"));
  CHECK(contains(fault_of("[{\"key\":\"x\",\"value\":1}]"), "without a number"));
  CHECK(contains(fault_of("[{\"key\":12,\"val"), "unexpected end"));
}

TEST_CASE("compare: our own records keep bytes, cuts and losses") {
  Side side;
  read_text(
      "{\"type\":\"exec\",\"ts_ns\":100,\"cpu\":1,\"pid\":5,\"tid\":6,\"comm\":\"?\",\"syscall\":"
      "\"execveat\","
      "\"filename\":\"/dev/fd/"
      "3\",\"filename_from\":\"sched_process_exec\",\"argv\":[\"a\",\"?\"],\"argv_from\":\"proc\","
      "\"ret\":0,\"status\":\"ok\",\"duration_ns\":10,\"truncated\":[\"argv\"],\"comm_hex\":\"61e9\","
      "\"argv_hex\":[\"61\",\"ff\"]}\n"
      "{\"type\":\"lost\",\"cpu\":1,\"count\":7}\n"
      "{\"type\":\"exec\",\"ts_ns\":300,\"cpu\":1,\"pid\":5,\"tid\":5,\"comm\":\"x\",\"status\":"
      "\"unfinished\",\"ret\":null}\n"
      "{\"type\":\"summary\",\"records\":2,\"lost\":9,\"malformed\":1}\n",
      side);
  REQUIRE(side.attempts.size() == 2);
  CHECK(side.attempts[0].comm == "a\xe9");
  CHECK(argv_of(side.attempts[0]) == std::vector<std::string>{"a", "\xff"});
  CHECK(side.attempts[0].argv_is_cut);
  CHECK(side.attempts[0].argv_is_programs);
  CHECK(side.attempts[0].by_thread);
  CHECK_FALSE(side.attempts[1].ret);
  REQUIRE(side.losses.size() == 2);
  CHECK(side.losses[0].from_ns == 110);
  CHECK_FALSE(side.losses[0].to_ns);  // the next one's end was not seen: it may have begun before
  CHECK(side.losses[1].count == 2);   // what no mark told of
  CHECK(side.malformed == 1);
}

TEST_CASE("compare: broken inputs are told with their line") {
  CHECK(contains(fault_of(""), "empty"));
  CHECK(contains(fault_of("\n \n"), "empty"));
  CHECK(contains(fault_of("a\nb\n" + std::string("\0\1", 2)), "line 3: binary"));
  CHECK(contains(fault_of("total 84\n"), "line 1: not recognised"));
  CHECK(contains(fault_of("{\"type\":\"exec\",\"tid\":1}\nnot json\n"), "line 2: no JSON"));
  CHECK(contains(fault_of("{\"type\":\"exec\",\"tid\":1}\n{\"type\":\"ex{\"type\":\"exec\"}\n"),
                 "line 2: no JSON"));
  CHECK(contains(fault_of("begin 1 5\nenter 7 0 1 1 1 execve a #7 /x #7\nhello\n"),
                 "line 3: no record of exec.bt"));
  CHECK(contains(fault_of("begin 1 5\nenter 7 0 1 1 1 execve a #7 /x\n"), "line 2"));
  CHECK(contains(fault_of("begin 2 5\n"), "another version"));
  CHECK(
      contains(fault_of("begin 1 5\nexit 7 0 1 x execve 0 a #7\n"), "line 2: a record of exec.bt is broken"));
  CHECK(contains(fault_of("PCOMM            PID    PPID   RET ARGS\nwhat is this\n"),
                 "line 2: no line of execsnoop"));
  CHECK(contains(fault_of("7 1795360851.517625 execve(\"/usr/bin/sh\", [\"sh\", 0x7ff) = 0\n"), "line 1"));
  CHECK(contains(fault_of("7 1795360851.517625 execve(\"/x\", [\"x\"], 0x7 /* 1 var */) = 0\nfoo\n"),
                 "line 2: no line of strace"));
  CHECK(contains(fault_of("7 1795360851.517625 execve(\"/x\", [\"x\"], 0x7 /* 1 var */) = -1 EWHAT (?)\n"),
                 "no known reason"));
}
