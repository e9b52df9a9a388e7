// How sessions end: with an output that nobody reads, by signals, under limits, without standard streams. In
// each case the kernel is left as it was, and what happened is said.

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "support/live.hpp"
#include "support/process.hpp"
#include "support/shell.hpp"
#include "support/text.hpp"

using namespace ftracectl::test;
using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;

/// A shell's reader that holds the pipe and reads nothing until it is killed; much is written into the pipe.
const std::string blocked = "exec 3< <(exec sleep 1000); R=$!; trap 'kill $R' EXIT; ";
const std::string flood = "$F capture sched:sched_switch sched:sched_waking";

}  // namespace

TEST_CASE("ending: --duration and signals end a session whose output is not read") {
  const Shell shell;
  const std::string before = tracefs_snapshot();
  mkfifo((shell.run("echo -n $D").out + "/pipe").c_str(), 0600);
  for (const std::string how : {"--duration 300ms", "TERM", "INT", "HUP"}) {
    CAPTURE(how);
    const bool is_signal = how.front() != '-';
    // The shell holds the reader's end and does not read.
    const std::string start = "exec 4<>$D/pipe; dd if=/dev/zero of=$D/pipe bs=4096 count=15 2>$D/dd; ";
    const std::string session =
        "(trap - INT; exec " + flood + (is_signal ? "" : " " + how) + " >$D/pipe 2>$D/err) & P=$!; ";
    const std::string strike = is_signal ? "sleep 1; kill -" + how + " $P; " : "";
    Process process(
        shell.argv(start + "set -m; " + session + strike + "echo pid $P; wait $P; echo ended $?"));
    const auto begin = Clock::now();
    REQUIRE(process.wait_for_output("ended ", 20s * slowness()));
    CHECK(Clock::now() - begin < 6s * slowness());
    CHECK(contains(process.wait().out, "ended 0"));
    CHECK(contains(shell.file("err"), "was not read: "));
    CHECK(difference(before, tracefs_snapshot()) == "");
  }
}

TEST_CASE("ending: the instance is gone before a slow reader is waited for, and a second signal ends that") {
  const Shell shell;
  mkfifo((shell.run("echo -n $D").out + "/pipe").c_str(), 0600);
  Process process(shell.argv("exec 4<>$D/pipe; set -m; (exec " + flood +
                             " --strict --duration 500ms >$D/pipe 2>$D/err) & P=$!; echo \"<$P>\"; "
                             "I=/sys/kernel/tracing/instances/ftracectl-$P; "
                             "until [ -e $I ] || ! kill -0 $P; do sleep 0.02; done; "
                             "while [ -e $I ] && kill -0 $P; do sleep 0.02; done; "
                             "kill -0 $P && echo waits; kill -TERM $P; sleep 0.1; kill -TERM $P; "
                             "B=$EPOCHREALTIME; wait $P; S=$?; E=$EPOCHREALTIME; echo ended $S "
                             "$(((${E/./}-${B/./})/1000)) ms"));
  const auto finished = process.wait(60s * slowness());
  CAPTURE(finished.out);
  CHECK(contains(finished.out, "waits"));
  CHECK(contains(finished.out, "ended 4"));
  CHECK(std::stoi(finished.out.substr(finished.out.find("ended 4 ") + 8)) < 1500 * slowness());
  CHECK(contains(shell.file("err"), "lines were not delivered"));
}

TEST_CASE("ending: a slow reader gets every line, in whole, after the session") {
  const Shell shell;
  const auto finished = shell.run(flood +
                                  " --duration 500ms --format jsonl 2>$D/err | (sleep 1.5; cat) | "
                                  "tail -1");
  CHECK(finished.out.starts_with("{\"type\":\"summary\""));
  CHECK_FALSE(contains(shell.file("err"), "not delivered"));
}

TEST_CASE("ending: a reader that has seen enough ends it quietly, with success") {
  const Shell shell;
  const std::string before = tracefs_snapshot();
  for (const std::string& what : {flood + " --duration 20s", std::string("$F capture --duration 20s"),
                                  std::string("$F list"), std::string("$F format sched:sched_switch")}) {
    CAPTURE(what);
    const auto finished = shell.run("(while :; do /bin/true; done) & L=$!; " + what +
                                    " 2>$D/err | head -1 >/dev/null; S=${PIPESTATUS[0]}; kill $L; exit $S");
    CHECK(finished.status == 0);
    CHECK_FALSE(contains(shell.file("err"), "written"));
  }
  const auto with_command = shell.run(
      "$F capture -- sh -c 'for i in 1 2 3 4 5 6 7 8 9; do /bin/true; done; "
      "sleep 0.3; /bin/true; exit 7' 2>$D/err | head -1 >/dev/null; "
      "exit ${PIPESTATUS[0]}");
  CHECK(with_command.status == 7);
  CHECK(difference(before, tracefs_snapshot()) == "");
}

TEST_CASE("ending: a signal that was ignored at the start stays ignored") {
  const Shell shell;
  for (const std::string name : {"HUP", "INT", "TERM"}) {
    CAPTURE(name);
    const auto finished =
        shell.run("trap '' " + name + "; $F capture --duration 2s -o $D/out 2>$D/err & P=$!; " +
                  "for i in 1 2 3 4 5 6; do sleep 0.2; kill -" + name + " $P || exit 9; done; wait $P");
    CHECK(finished.status == 0);
    CHECK_FALSE(contains(shell.file("err"), "undone"));
    // The command, too, gets it as it was.
    const auto command = shell.run("trap '' " + name + "; $F capture -o $D/out -- bash -c 'kill -" + name +
                                   " $$; exit 6' 2>&1");
    CHECK(command.status == 6);
  }
  CHECK(shell.run("$F capture -o $D/out -- sh -c 'kill -PIPE $$' 2>/dev/null").status == 128 + SIGPIPE);
  CHECK(
      shell.run("trap '' XFSZ PIPE; $F capture -o $D/out -- grep SigIgn /proc/self/status 2>/dev/null").out ==
      shell.run("trap '' XFSZ PIPE; grep SigIgn /proc/self/status").out);
}

TEST_CASE("ending: where nobody is to wait for children (SIGCHLD ignored), the command's status is kept") {
  const Shell shell;
  const auto finished = shell.run(
      "exec python3 -c 'import os, signal, sys\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
      "os.execv(sys.argv[1], sys.argv[1:])' $F capture -o $D/out -- sh -c 'exit 5' 2>$D/err");
  if (finished.status == 127) skip("python3 is missing");
  CHECK(finished.status == 5);
}

TEST_CASE("ending: started without standard streams, nothing of ours becomes one of them") {
  const Shell shell;
  const std::string before = tracefs_snapshot();
  for (const std::string closed : {"<&-", ">&-", "2>&-", "<&- >&-", "<&- >&- 2>&-", ">&- 2>&-"}) {
    CAPTURE(closed);
    const auto finished = shell.run("$F capture -o $D/out -- sh -c 'exit 3' " + closed);
    CHECK(finished.status == 3);
    CHECK(contains(shell.file("out"), "exit 3"));
    CHECK(shell.run("$F capture -- sh -c 'exit 3' " + closed).status == 3);
    CHECK(shell.run("$F recover 2>&1").out == "no killed session left anything behind\n");
  }
  CHECK(difference(before, tracefs_snapshot()) == "");
}

TEST_CASE(
    "ending: limits of files, processes, descriptors and memory are said, and the command's status is kept") {
  const Shell shell;
  const std::string before = tracefs_snapshot();
  const std::string command = " -- sh -c 'i=0; while [ $i -lt 60 ]; do /bin/true; i=$((i+1)); done; exit 7' ";
  const auto file_size = shell.run("ulimit -f 4; $F capture -o $D/out" + command + "2>$D/err");
  CHECK(file_size.status == 7);
  CHECK(contains(shell.run("cat $D/err").out, "File too large"));
  for (const std::string limit : {"-n 8", "-n 12", "-n 16", "-n 20", "-n 24", "-n 28", "-n 32", "-v 40000",
                                  "-v 80000", "-v 100000", "-v 120000", "-v 150000", "-v 200000"}) {
    CAPTURE(limit);
    const auto finished = shell.run("ulimit " + limit + "; exec $F capture -o $D/out" + command + "2>&1");
    CAPTURE(finished.out);
    // It started, and its status is kept, or it did not, and the reason is said.
    const bool is_said =
        finished.status == 1 && (contains(finished.out, "Too many open files") ||
                                 contains(finished.out, "emory") || contains(finished.out, "ulimit"));
    const bool is_loader = finished.status == 127 && contains(finished.out, "shared");
    CHECK((finished.status == 7 || is_said || is_loader));
    CHECK_FALSE(contains(finished.out, "internal error"));
    CHECK_FALSE(contains(finished.out, "terminate"));
    CHECK(difference(before, tracefs_snapshot()) == "");
  }
}

TEST_CASE("ending: without room for another process or thread, that is said") {
  const Shell shell;
  if (shell.run("command -v strace").status != 0) skip("strace is missing");
  const std::string before = tracefs_snapshot();
  for (const std::string call : {"clone", "clone3"}) {
    for (const std::string time : {"1", "2", "3", "4"}) {
      CAPTURE(call);
      CAPTURE(time);
      const auto finished =
          shell.run("strace -f -qq -o $D/calls -e trace=" + call + " -e inject=" + call +
                    ":error=EAGAIN:when=" + time + " $F capture -o $D/out -- sh -c 'exit 7' 2>&1");
      CAPTURE(finished.out);
      const bool is_said = finished.status == 1 && contains(finished.out, "cannot be started") &&
                           contains(finished.out, "ulimit -u");
      CHECK((finished.status == 7 || is_said));
      CHECK(difference(before, tracefs_snapshot()) == "");
    }
  }
}

TEST_CASE("ending: a kernel without pidfd_open (before 5.3) and close_range (before 5.9) is enough") {
  const Shell shell;
  if (shell.run("command -v strace").status != 0) skip("strace is missing");
  const std::string before = tracefs_snapshot();
  const std::string old_kernel =
      "strace -f -qq -o $D/calls -e trace=pidfd_open,close_range "
      "-e inject=pidfd_open,close_range:error=ENOSYS $F capture -o $D/out ";
  const auto finished = shell.run(old_kernel + "-- sh -c 'sleep 0.2; exit 4' 2>&1");
  CHECK(finished.status == 4);
  CHECK(contains(shell.file("out"), "exit 4"));
  CHECK(contains(shell.file("calls"), "INJECTED"));
  const std::string guard_of = "$(pgrep -P $P -x ftracectl-guard)";
  // A session that is killed is undone, and a guard that is killed is noticed.
  const auto killed = shell.run(old_kernel +
                                "2>$D/err & sleep 2; P=$(pgrep -P $! -x ftracectl); "
                                "[ -d /sys/kernel/tracing/instances/ftracectl-$P ] || echo none; "
                                "ls -l /proc/" +
                                guard_of + "/fd | grep -c pipe; kill -9 " + guard_of +
                                "; sleep 1; kill -9 $P; wait 2>/dev/null");
  CHECK(killed.out == "0\n");
  CHECK(contains(shell.file("err"), "another has taken its place"));
  CHECK(eventually([&] { return tracefs_snapshot() == before; }));
  CHECK(shell.run("$F recover").out == "no killed session left anything behind\n");
}

TEST_CASE("ending: a guard that is killed is noticed at once, and another takes its place") {
  const Shell shell;
  const std::string before = tracefs_snapshot();
  shell.run(
      "$F capture -o $D/out 2>$D/err & P=$!; sleep 1; kill -9 $(pgrep -P $P -x ftracectl-guard); sleep 1; "
      "kill -9 $P; wait $P");
  CHECK(contains(shell.file("err"), "another has taken its place"));
  CHECK(eventually([&] { return tracefs_snapshot() == before; }));
  CHECK(shell.run("$F recover").out == "no killed session left anything behind\n");
}
