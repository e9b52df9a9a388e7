// What other releases of a tool print.
#include <doctest/doctest.h>

#include <ftracectl/error.hpp>
#include <memory>

#include "base/file_kind.hpp"
#include "support/compare.hpp"
#include "support/text.hpp"

using namespace ftracectl;
using namespace ftracectl::test;
using compare::Side;

TEST_CASE("compare: execsnoop.bt's columns are those of its heading") {
  Side side;
  read_text(
      "Attaching 3 probes...\nTIME            PID     PPID    ARGS\n"
      "08:57:52.430193 3187374 1971701 ls -lh\n08:57:52.441868 3187378 3187375 man ls\n",
      side);
  REQUIRE(side.attempts.size() == 2);
  CHECK(side.format == "execsnoop.bt");
  CHECK(side.attempts[0].argv == "ls -lh");
  CHECK(side.attempts[1].ppid == 3187375);
  CHECK(*side.attempts[1].ts_ns - *side.attempts[0].ts_ns == 11'675'000);
  Side between;
  read_text("TIME(ms)   PID     PPID    ARGS\n12         374     17      ls -lh\n", between);
  REQUIRE(between.attempts.size() == 1);
  CHECK(between.attempts[0].pid == 374);
  CHECK(between.attempts[0].ppid == 17);
}

TEST_CASE("compare: bcc's execsnoop and exitsnoop") {
  Side side;
  read_text(
      "TIME(s) PCOMM            PID     PPID    RET ARGS\n"
      "0.437   sh               1234534 1234523   0 /bin/sh -c echo one two\n"
      "1001.659sh               1234    ?         0 /bin/sh\n",
      side);
  REQUIRE(side.attempts.size() == 2);
  CHECK(side.attempts[0].pid == 1234534);
  CHECK(side.attempts[0].ppid == 1234523);
  CHECK(side.attempts[1].ppid == -1);
  CHECK(side.attempts[1].ts_ns == 1'001'659'000'000);
  Side newer;
  read_text("COMM             PID     PPID    RET ARGS\nsh               7       5         0 /bin/sh \nx\n",
            newer);
  REQUIRE(newer.attempts.size() == 1);
  CHECK(newer.attempts[0].argv == "/bin/sh \nx");  // an argument that begins with a newline
  Side ends;
  read_text(
      "TIME-UTC     PCOMM            PID     PPID    TID     AGE(s)  EXIT_CODE \n"
      "14:02:11.123 sh               70      60      70      0.01    code 3\n",
      ends);
  REQUIRE(ends.attempts.size() == 1);
  CHECK(ends.attempts[0].comm == "sh");
  CHECK(ends.attempts[0].ret == 3);
}

TEST_CASE("compare: perf's call chains are passed over") {
  Side side;
  read_text(
      "true  8743 [000]  4186.495569:  sched:sched_process_exec: filename=/bin/true pid=8743 old_pid=8743\n"
      "\tffffffff816c5b85 bprm_execve+0x4a5 ([kernel.kallsyms])\n"
      "\t           1ab70 _start+0x0 (/usr/lib/ld.so)\n\n"
      "true  8744 [000]  4186.495669:  sched:sched_process_exec: filename=/bin/b pid=8744 old_pid=8744\n",
      side);
  CHECK(side.attempts.size() == 2);
  CHECK(side.bad_lines == 0);
}

TEST_CASE("file kinds: what is no trace is named by its first bytes") {
  const auto name_of = [](std::string_view bytes) {
    const FileKind* kind = find_file_kind(bytes);
    return kind == nullptr ? std::string_view() : kind->name;
  };
  CHECK(name_of("\x1f\x8b\x08") == "a gzip file");
  CHECK(name_of("\x17\x08\x44tracing6") == "a trace.dat of trace-cmd");
  CHECK(name_of("PERFILE2") == "a perf.data");
  CHECK(name_of("\x7f"
                "ELF\x02") == "an ELF file: a program, a library or a core");
  CHECK(name_of(std::string(257, 'a') + "ustar") == "a tar file");
  CHECK(name_of(std::string_view("\x0a\x03\x08\x01\x00\x0a\x02\x08\x01", 9)) == "a trace of Perfetto");
  CHECK(name_of("{\"type\":\"exec\"}\n") == "the JSON Lines of ftracectl, decoded already");
  CHECK(name_of("# tracer: nop\n#\n") == "");
}

TEST_CASE("compare: perf's columns of any selection with -F") {
  const auto read = [](const std::string& text) {
    auto side = std::make_unique<Side>();
    read_text(text, *side);
    return side;
  };
  // perf script -F comm,tid,time,event,trace: no cpu
  auto side = read(
      "  my prog   243 12.000001: syscalls:sys_enter_execve: filename: 0x1, argv: 0x2, envp: 0x3\n"
      "  my prog   243 12.000002: sched:sched_process_exec: filename=/bin/x pid=243 old_pid=243\n"
      "        x   243 12.000003: syscalls:sys_exit_execve: 0x0\n");
  REQUIRE(side->attempts.size() == 1);
  CHECK(side->attempts[0].comm == "my prog");
  CHECK(side->attempts[0].tid == 243);
  CHECK(side->attempts[0].ts_ns == 12'000'001'000);
  CHECK(side->attempts[0].ret == 0);
  CHECK(side->attempts[0].filename == "/bin/x");

  // -F pid,tid,time,event,trace: no name
  side = read(
      "  240/243 12.000001:  syscalls:sys_enter_execve: filename: 0x1, argv: 0x2, envp: 0x3\n"
      "  240/243 12.000003:   syscalls:sys_exit_execve: 0xfffffffffffffffe\n");
  REQUIRE(side->attempts.size() == 1);
  CHECK_FALSE(side->attempts[0].comm);
  CHECK(side->attempts[0].pid == 240);
  CHECK(side->attempts[0].ret == -2);

  // -F comm,tid,event,trace: no time
  side = read("  sh 243 sched:sched_process_exec: filename=/bin/x pid=243 old_pid=243\n");
  REQUIRE(side->attempts.size() == 1);
  CHECK_FALSE(side->attempts[0].ts_ns);

  const auto fault_of = [&](const std::string& text) -> std::string {
    try {
      read(text);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  CHECK(contains(fault_of("  sh 12.000001: syscalls:sys_enter_execve: filename: 0x1, argv: 0x2, envp: 0x3\n"),
                 "it does not name the tasks"));
  CHECK(contains(
      fault_of("  sh 243 [000] 0.000000: sched:sched_process_exec: filename=/bin/x pid=243 old_pid=243\n"),
      "its times are relative"));
}

TEST_CASE("compare: bcc's execsnoop writes a newline as two characters, and had no PPID at first") {
  Compared compared;
  compare_texts(
      R"({"type":"exec","ts_ns":1,"cpu":0,"pid":32580,"tid":32580,"ppid":7,"comm":"sh","syscall":"execve","filename":"/bin/x","argv":["x","a\nb"],"ret":0,"status":"ok","new_comm":"x"})"
      "\n",
      "PCOMM            PID     PPID    RET ARGS\n"
      "x                32580   7         0 /bin/x a\\nb\n",
      compared);
  CHECK(compared.result.unexplained() == 0);
  CHECK(compared.result.matched == 1);

  Side side;
  read_text(
      "PCOMM            PID    RET ARGS\n"
      "true             30725    0 /bin/true\n",
      side);
  REQUIRE(side.attempts.size() == 1);
  CHECK(side.attempts[0].pid == 30725);
  CHECK(side.attempts[0].ppid == -1);

  Side ends;
  read_text(
      "COMM             PID     PPID    TID     AGE(s)  EXIT_CODE\n"
      "true             30920   30798   30920   0.16    code 2\n",
      ends);
  CHECK(ends.attempts.size() == 1);
}
