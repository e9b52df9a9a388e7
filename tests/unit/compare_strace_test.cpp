// strace's reader on what its options print, and on lines that others cut.
#include <doctest/doctest.h>

#include <ftracectl/error.hpp>

#include "compare/import/importers.hpp"
#include "support/compare.hpp"
#include "support/text.hpp"

using namespace ftracectl;
using namespace ftracectl::test;
using compare::Attempt;
using compare::Side;

namespace {

/// What was read, one line for each attempt: "tid/pid ret filename".
std::string attempts_of(const Side& side) {
  std::string text;
  for (const Attempt& attempt : side.attempts) {
    text += std::to_string(attempt.tid) + "/" + std::to_string(attempt.pid) + " " +
            (attempt.ret ? std::to_string(*attempt.ret) : "?") + " " +
            std::string(attempt.filename.value_or("-")) + "\n";
  }
  return text;
}

std::string attempts_of(const std::string& text) {
  Side side;
  read_text(text, side);
  return attempts_of(side);
}

std::string fault_of(const std::string& text) {
  Side side;
  try {
    read_text(text, side);
  } catch (const Error& error) {
    return error.what();
  }
  return side.bad_lines > 0 ? "skipped: " + side.first_bad_line : "none";
}

}  // namespace

TEST_CASE("compare: strace's thread that execs goes on as its leader, however the first half ends") {
  CHECK(attempts_of(
            "700 1795332814.100000000 execve(\"/a\", [\"a\"], 0x7ffd0 /* 12 vars */) = 0\n"
            "702 1795332814.200000000 execve(\"/none\", [\"n\"], 0x7ffd0 /* 12 vars */) = -1 ENOENT (No)\n"
            "702 1795332814.300000000 execve(\"/b\", [\"b\"], 0x7ffd0 /* 12 vars */701 "
            "1795332814.300100000 +++ exited with 0 +++\n"
            "700 1795332814.300200000 +++ superseded by execve in pid 702 +++\n"
            "700 1795332814.300300000 <... execve resumed>) = 0\n"
            "710 1795332814.400000000 execve(\"/c\", [\"c\"], 0x7ffd0 /* 12 vars */ <pid changed to 709 "
            "...>\n"
            "709 1795332814.400300000 <... execve resumed>) = 0\n") ==
        "700/-1 0 /a\n702/700 -2 /none\n702/700 0 /b\n710/709 0 /c\n");
  // Both said: it is one exec all the same.
  CHECK(attempts_of(
            "710 1795332814.400000 execve(\"/c\", [\"c\"], 0x7ffd0 /* 12 vars */ <pid changed to 709 ...>\n"
            "709 1795332814.400200 +++ superseded by execve in pid 710 +++\n"
            "709 1795332814.400300 <... execve resumed>) = 0\n"
            "709 1795332814.500000 execve(\"/d\", [\"d\"], 0x7ffd0 /* 12 vars */) = 0\n") ==
        "710/709 0 /c\n709/-1 0 /d\n");
  // Nobody says which thread it was; there is one only that is in a call.
  CHECK(
      attempts_of("700 1795332814.1 x\n"
                  "700 1795332814.100000 clone(child_stack=0x7, flags=CLONE_VM|CLONE_THREAD, tls=0x7) = 702\n"
                  "702 1795332814.300000 execve(\"/b\", [\"b\"], 0x7ffd0 /* 12 vars */ <unfinished ...>\n"
                  "700 1795332814.300300 <... execve resumed>) = 0\n") == "702/700 0 /b\n");
}

TEST_CASE("compare: strace's line with the line of another task in it is two lines") {
  CHECK(attempts_of("5 1795332814.100000 write(1, \"6 1795332814.300100 execve(\\\"/no\\\", \", 9 "
                    "6 1795332814.100100 execve(\"/yes\", [\"y\"], 0x7 /* 1 var */) = 0\n"
                    "5 1795332814.100200 <... write resumed>) = 9\n") == "6/-1 0 /yes\n");
  CHECK(attempts_of("1795332814.100000 execve(\"/a\", [\"a\"], 0x7 /* 1 var */) = 0\n"
                    "1795332814.200000 vfork(strace: Process 8 attached\n"
                    "[pid     8] 1795332814.300000 execve(\"/b\", [\"b\"], 0x7 /* 1 var */[pid     7] "
                    "1795332814.300100 <... vfork resumed>) = 8\n"
                    "[pid     8] 1795332814.300200 <... execve resumed>) = 0\n") == "7/-1 0 /a\n8/8 0 /b\n");
}

TEST_CASE("compare: one odd line does not refuse strace's file, and most of them do") {
  const std::string good = "7 1795360851.517625 execve(\"/x\", [\"x\"], 0x7 /* 1 var */) = 0\n";
  CHECK(contains(fault_of(good + "foo\n"), "skipped: line 2: no line of strace"));
  CHECK(contains(fault_of(good + "7 1795360851.6 execve(\"/y\", [\"x\"\n" + good), "skipped: line 2"));
  CHECK(contains(fault_of(good + "foo\nbar\n"), "2 of 3 lines are not understood"));
  CHECK(contains(fault_of(good + good.substr(0, 40)), "skipped: line 2: the last line is cut off"));
}

TEST_CASE("compare: strace's options change the line") {
  const std::string call = "execve(\"/x\", [\"x\"], 0x7 /* 1 var */) = 0";
  const std::string time = "1795854998.527442 ";
  for (const std::string& line : {
           "22579 " + time + call,
           "22579 " + time + "(+     0.000000) " + call,       // -r -ttt
           "22579 " + time + "[00007f2c84c9bad7] " + call,     // -i
           "22579 " + time + "[  59] " + call,                 // -n
           "22579<a name> " + time + call,                     // -Y
           "22579<a> b> " + time + call,                       // -Y, of a name with the bracket in it
           "22579 /* 7 in strace's PID NS */ " + time + call,  // --decode-pids=pidns
           "22579 " + time + call + " <0.000143>",             // -T
           "22579 08:36:38.305583 " + call,                    // -tt
           "22579 08:36:38 " + call,                           // -t
           "22579 " + call,                                    // none: in the order of the lines
           "22579 " + time + "execve(\"/x\", [\"x\"], [\"A=]\\\"\", \"B=1\"...]) = 0",                   // -v
           "22579 " + time + "execve(\"/x\", [\"x\"], 0x7 /* 1 var */)   = 0",                           // -a
           "22579 " + time + call + "\n > /usr/lib/libc.so.6(execve+0x7) [0xd4ad7]\n > [vdso]() [0x1]",  // -k
           "22579 " + time + call + "\r",
       }) {
    CAPTURE(line);
    CHECK(attempts_of(line + "\n") == "22579/-1 0 /x\n");
  }
  Side side;
  read_text(
      "5 1795854998.527442 execveat(3</a, \"b>, AT_FDCWD, c>, \"x\", [\"x\"], NULL, AT_EMPTY_PATH) = 0\n",
      side);
  CHECK(attempts_of(side) == "5/-1 0 x\n");
  CHECK(side.attempts[0].is_execveat);
}

TEST_CASE("compare: strace's relative times are refused") {
  CHECK(contains(fault_of("22565      0.000000 execve(\"./job.sh\", [\"./job.sh\"], 0x7 /* 37 vars */) = 0\n"
                          "22565      0.000009 vfork( <unfinished ...>\n"),
                 "relative times"));
  CHECK(contains(fault_of("     0.000000000 execve(\"./job.sh\", [\"./job.sh\"], 0x7 /* 37 vars */) = 0\n"),
                 "relative times"));
}

TEST_CASE("compare: strace's time of day goes on at midnight") {
  Side side;
  read_text(
      "5 23:59:59.900000 execve(\"/x\", [\"x\"], 0x7 /* 1 var */) = 0\n"
      "5 00:00:00.100000 execve(\"/y\", [\"y\"], 0x7 /* 1 var */) = 0\n",
      side);
  REQUIRE(side.attempts.size() == 2);
  CHECK(*side.attempts[1].ts_ns - *side.attempts[0].ts_ns == 200'000'000);
}

TEST_CASE("compare: strace -ff writes a file for each task, whose name tells the task") {
  Side side;
  const auto reader = compare::find_importer("strace").make(side, {});
  compare::LineFeeder feeder(*reader, side);
  reader->first_file("dir/out.700");
  feeder.feed(
      "1795332814.100000 execve(\"/a\", [\"a\"], 0x7 /* 1 var */) = 0\n"
      "1795332814.110000 vfork()                 = 701\n"
      "1795332814.120000 clone(child_stack=0x7, flags=CLONE_VM|CLONE_THREAD, tls=0x7) = 702\n"
      "1795332814.300200 +++ superseded by execve in pid 702 +++\n"
      "1795332814.300300 <... execve resumed>)   = 0\n");
  feeder.next_file("dir/out.701");
  feeder.feed("1795332814.200000 execve(\"/none\", [\"n\"], 0x7 /* 1 var */) = -1 ENOENT (No such file)\n");
  feeder.next_file("dir/out.702");
  feeder.feed("1795332814.300000 execve(\"/b\", [\"b\"], 0x7 /* 1 var */ <pid changed to 700 ...>\n");
  feeder.finish();
  CHECK(attempts_of(side) == "700/-1 0 /a\n701/701 -2 /none\n702/700 0 /b\n");
}

TEST_CASE("compare: strace of one process alone has no number, and its execs are matched by what they say") {
  Compared compared;
  compare_texts(
      "{\"type\":\"exec\",\"ts_ns\":100,\"cpu\":0,\"pid\":5,\"tid\":5,\"comm\":\"x\",\"syscall\":\"execve\","
      "\"filename\":\"/x\",\"argv\":[\"x\",\"1\"],\"ret\":0,\"status\":\"ok\"}\n",
      "1795332814.100000 execve(\"/x\", [\"x\", \"1\"], 0x7 /* 1 var */) = 0\n"
      "1795332814.200000 exit_group(0) = ?\n",
      compared);
  CHECK(compared.right.bad_lines == 0);
  CHECK(compared.result.matched == 1);
}
