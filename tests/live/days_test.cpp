// Captures that run for days, in short: files that rotate under load while the capture is killed and started again,
// a disk that is full, logrotate, a service manager.

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>

#include "output/rotated_files.hpp"
#include "support/shell.hpp"
#include "support/text.hpp"

using namespace ftracectl::test;
using namespace std::chrono_literals;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

/// How often each word stands as the argument of a captured /bin/true, in a file and its full ones. Every line must be
/// a whole record.
std::map<std::string, int> words_found(const fs::path& file) {
  std::map<std::string, int> found;
  for (const auto& entry : fs::directory_iterator(file.parent_path())) {
    const auto name = entry.path().filename().string();
    if (name != file.filename() && !ftracectl::parse_rotated_name(file.filename().string(), name)) continue;
    std::istringstream lines(read_file(entry.path().string()));
    for (std::string line; std::getline(lines, line);) {
      CAPTURE(name);
      CAPTURE(line);
      REQUIRE(json::accept(line));
      const auto record = json::parse(line);
      if (record["type"] != "exec" || !record["argv"].is_array() || record["argv"].size() != 2) continue;
      const std::string word = record["argv"][1];
      if (word.starts_with("storm-")) ++found[word];
    }
  }
  return found;
}

/// A storm of programs "/bin/true storm-N" until the file $D/enough is there; each N is one exec.
const std::string storm =
    "(N=0; while [ ! -e $D/enough ]; do /bin/true storm-$((N+=1)); done; echo $N >$D/count) & S=$!; ";
/// Waits until the session $P records. Its own output is the proof: the storm goes on all the time.
const std::string wait_for_ready =
    "for i in $(seq 200); do [ -e /sys/kernel/tracing/instances/ftracectl-$P ] && "
    "[ $(cat /sys/kernel/tracing/instances/ftracectl-$P/tracing_on) = 1 ] && break; sleep 0.02; done; ";

}  // namespace

TEST_CASE(
    "days: rotation under an exec storm, killed ten times: every exec is in one file or between two lives") {
  const Shell shell;
  const std::string before = tracefs_snapshot();
  const int lives = slowness() > 1 ? 4 : 11;
  const auto storm_over_lives = [&](const std::string& source) {
    return shell.run("rm -f $D/execs* $D/enough; " + storm + "for life in $(seq " + std::to_string(lives) +
                     "); do $F capture --service -o $D/execs.jsonl --rotate 50K " + source +
                     " 2>>$D/err & P=$!; " + wait_for_ready +
                     "sleep 0.3; if [ $life = " + std::to_string(lives) +
                     " ]; then touch $D/enough; wait $S; sleep 0.1; kill -TERM $P; else kill -9 $P; fi; "
                     "wait $P; done; true");
  };
  CHECK(storm_over_lives("--args eprobe").status == 0);
  if (contains(shell.file("err"), "--args eprobe")) storm_over_lives("");
  const auto found = words_found(shell.folder() + "/execs.jsonl");
  const int count = std::stoi(shell.file("count"));
  CHECK(found.size() > 20);
  for (const auto& [word, times] : found) {
    CAPTURE(word);
    CHECK(times == 1);
  }
  // What is missing is missing between two lives: in one piece for each restart, and before the first.
  int gaps = 0;
  bool was_found = true;
  for (int i = 1; i <= count; ++i) {
    const bool is_found = found.count("storm-" + std::to_string(i)) > 0;
    gaps += was_found && !is_found;
    was_found = is_found;
  }
  CHECK(gaps <= lives);
  CHECK(found.count("storm-" + std::to_string(count)) == 1);
  CHECK(contains(shell.file("err"), "ftracectl: warning: restarted: "));
  CHECK(eventually([&] { return tracefs_snapshot() == before; }));
}

TEST_CASE("days: a cpu that goes offline and comes back while a file is written loses no exec") {
  const Shell shell;
  if (!fs::exists("/sys/devices/system/cpu/cpu1/online")) skip("there is no second cpu that can go offline");
  const auto finished = shell.run(
      "trap 'echo 1 >/sys/devices/system/cpu/cpu1/online' EXIT; $F capture --service -o $D/execs.jsonl "
      "--rotate 20K "
      "2>$D/err & P=$!; " +
      wait_for_ready +
      "for i in $(seq 100); do /bin/true storm-$i; done; sleep 0.2; echo 0 "
      ">/sys/devices/system/cpu/cpu1/online || exit "
      "9; for i in $(seq 101 200); do /bin/true storm-$i; done; echo 1 >/sys/devices/system/cpu/cpu1/online; "
      "for i in $(seq 201 300); do taskset -c 1 /bin/true storm-$i; done; sleep 0.3; kill -TERM $P; wait $P");
  CAPTURE(shell.file("err"));
  if (finished.status == 9) skip("no cpu can be taken offline here");
  CHECK(finished.status == 0);
  const auto found = words_found(shell.folder() + "/execs.jsonl");
  CHECK(found.size() == 300);
  CHECK(contains(shell.file("err"), " 0 lost"));
}

TEST_CASE("days: a disk that is full is read over, said, counted, and written again when there is room") {
  const Shell shell;
  const auto mounted = shell.run("mkdir $D/small && mount -t tmpfs -o size=64k tmpfs $D/small");
  if (mounted.status != 0) skip("no tmpfs can be mounted here");
  const auto finished = shell.run(
      "trap 'umount $D/small' EXIT; head -c 52000 /dev/zero >$D/small/ballast; "
      "$F capture --strict -o $D/small/execs.jsonl -- sh -c 'for i in $(seq 60); do /bin/true storm-$i; "
      "done; sleep "
      "0.5; rm $0; sleep 0.4; /bin/true storm-last; sleep 0.3' $D/small/ballast 2>$D/err; echo $?; "
      "cp $D/small/execs.jsonl $D/; ls -l $D/small >&2");
  CAPTURE(finished.err);
  const std::string err = shell.file("err");
  CAPTURE(err);
  CHECK(contains(err, "cannot be written: No space left on device; reading goes on"));
  CHECK(contains(err, "can be written again"));
  // What waited for room has found it: nothing is missing, and --strict is content.
  const auto found = words_found(shell.folder() + "/execs.jsonl");
  CHECK(found.size() == 61);
  CHECK(finished.out == "0\n");

  const auto never = shell.run(
      "mount -t tmpfs -o size=64k tmpfs $D/small; trap 'umount $D/small' EXIT; "
      "head -c 60000 /dev/zero >$D/small/ballast; $F capture --strict -o $D/small/execs.jsonl -- sh -c 'for "
      "i in "
      "$(seq 60); do /bin/true storm-$i; done' 2>$D/err; echo $?; tail -c 1 $D/small/execs.jsonl | od -An "
      "-c");
  CHECK(contains(shell.file("err"), " were not written: there was no room"));
  CHECK(never.out.starts_with("4\n"));
  CHECK(never.out.find("\\n") != std::string::npos);
}

TEST_CASE(
    "days: a service opens its file anew on HUP, a hundred times, and goes on, elsewhere HUP ends a "
    "capture") {
  const Shell shell;
  const auto finished = shell.run(
      "$F capture --service -o $D/execs.jsonl 2>$D/err & P=$!; " + wait_for_ready +
      "fds() { ls /proc/$P/fd | wc -l; }; A=$(fds); "
      "for i in $(seq 100); do mv $D/execs.jsonl $D/old.$i 2>/dev/null; kill -HUP $P; sleep 0.01; done; "
      "sleep 0.3; /bin/true storm-after; sleep 0.3; B=$(fds); kill -TERM $P; wait $P; echo $? $((B-A))");
  CHECK(finished.out == "0 0\n");
  CHECK(words_found(shell.folder() + "/execs.jsonl").count("storm-after") == 1);
  const auto ended =
      shell.run("$F capture -o $D/other 2>$D/err & P=$!; " + wait_for_ready +
                "kill -HUP $P; wait $P; echo $?; ls /sys/kernel/tracing/instances | grep -c $P");
  CHECK(ended.out == "0\n0\n");
}

TEST_CASE("days: a service tells its manager that it is ready, lives and stops") {
  const Shell shell;
  const auto finished = shell.run(
      "cat >$D/manager.py <<'END'\n"
      "import socket, subprocess, sys, time, os, signal\n"
      "heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)\n"
      "heard.bind('\\0ftracectl-days-%d' % os.getpid())\n"
      "heard.settimeout(20)\n"
      "world = dict(os.environ, NOTIFY_SOCKET='@ftracectl-days-%d' % os.getpid(), WATCHDOG_USEC='400000')\n"
      "world.pop('WATCHDOG_PID', None)\n"
      "service = subprocess.Popen(sys.argv[1:], env=world)\n"
      "said = [heard.recv(4096).decode()]\n"
      "while not said[-1].startswith('WATCHDOG'): said.append(heard.recv(4096).decode())\n"
      "service.send_signal(signal.SIGHUP)\n"
      "while said[-1] != 'READY=1': said.append(heard.recv(4096).decode())\n"
      "service.send_signal(signal.SIGTERM)\n"
      "begin = time.time()\n"
      "while not said[-1].startswith('STOPPING'): said.append(heard.recv(4096).decode())\n"
      "status = service.wait()\n"
      "print(status, time.time() - begin < 5)\n"
      "print('\\n'.join(said))\n"
      "END\n"
      "python3 $D/manager.py $F capture --service -o $D/execs.jsonl --metrics $D/m.prom 2>$D/err");
  if (finished.status == 127) skip("python3 is missing");
  CAPTURE(finished.out);
  CHECK(finished.out.starts_with("0 True\nREADY=1\nSTATUS=0 records"));
  for (const char* line : {"\nWATCHDOG=1\n", "\nRELOADING=1\nMONOTONIC_USEC=", "\nSTOPPING=1\n"})
    CHECK(contains(finished.out, line));
  CHECK(contains(shell.file("m.prom"), "ftracectl_up 0\n"));
}
