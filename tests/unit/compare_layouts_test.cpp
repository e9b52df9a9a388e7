// What other releases of a tool print.
#include <doctest/doctest.h>

#include "base/file_kind.hpp"
#include "support/compare.hpp"

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
