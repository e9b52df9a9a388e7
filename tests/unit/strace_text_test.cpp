#include "support/strace_text.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace ftracectl::test;

TEST_CASE("strace: a success, a failure, strings that are cut and pointers that cannot be read") {
  const auto all = parse_strace(
      R"(306 execve("\x2f\x74", ["\x6f\x6b", "", "\x22\x0a"...], ["\x41"]) = 0
306 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=307} ---
306 +++ exited with 0 +++
12  execve(0x8, [], NULL) = -1 EFAULT (Bad address)
307 execve("\x2f\x74", 0x8, ["\x41", "\x42"]) = -1 ENOENT (No such file or directory)
)");
  REQUIRE(all.size() == 3);
  CHECK(all[0].tid == 306);
  CHECK(all[0].syscall == "execve");
  CHECK(all[0].path.bytes == "/t");
  REQUIRE(all[0].argv->size() == 3);
  CHECK(all[0].argv->at(0).bytes == "ok");
  CHECK(all[0].argv->at(1).bytes == "");
  CHECK(all[0].argv->at(2).bytes == "\"\n");
  CHECK(all[0].argv->at(2).is_cut);
  CHECK_FALSE(all[0].argv->at(0).is_cut);
  CHECK(all[0].error == "");
  CHECK_FALSE(all[1].path.bytes);
  CHECK(all[1].argv->empty());
  CHECK(all[1].error == "EFAULT");
  CHECK_FALSE(all[2].argv);
  CHECK(all[2].error == "ENOENT");
}

TEST_CASE("strace: calls that end on another line, also under another number") {
  const auto all = parse_strace(
      R"(5 execve("\x61", ["\x61"], ["\x41"] <unfinished ...>
307 execve("\x62", ["\x62"], ["\x41"] <pid changed to 306 ...>
306 +++ superseded by execve in pid 307 +++
306 <... execve resumed>)             = 0
5 <... execve resumed>)             = -1 EACCES (Permission denied)
9 execve("\x63", ["\x63"], ["\x41"] <unfinished ...>
)");
  REQUIRE(all.size() == 3);
  CHECK(all[0].error == "EACCES");
  CHECK(all[1].tid == 307);
  CHECK(all[1].error == "");
  CHECK_FALSE(all[2].error);
}

TEST_CASE("strace: execveat's path as the kernel tells it") {
  const auto all = parse_strace(
      R"(5 execveat(3, "", ["\x61"], ["\x41"], AT_EMPTY_PATH) = 0
5 execveat(3, "\x6f\x6b", ["\x61"], ["\x41"], 0) = 0
5 execveat(AT_FDCWD, "\x6f\x6b", ["\x61"], ["\x41"], 0 <unfinished ...>
5 <... execveat resumed>)             = 0
)");
  REQUIRE(all.size() == 3);
  CHECK(all[0].kernel_path() == "/dev/fd/3");
  CHECK(all[1].kernel_path() == "/dev/fd/3/ok");
  CHECK(all[2].kernel_path() == "ok");
}

TEST_CASE("strace: other lines are refused") {
  for (const char* text : {"strace: nonsense\n", "5 open(\"\\x61\") = 0\n", "5 <... execve resumed>) = 0\n",
                           "5 execve(\"\\x61\", [\"\\x61\"], [])\n", "5 execve(\"a\", [], []) = 0\n"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_strace(text), std::runtime_error);
  }
}
