// A capture touches its own instance and nothing else.

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "support/live.hpp"
#include "support/process.hpp"
#include "support/temporary_folder.hpp"
#include "support/text.hpp"

using namespace ftracectl::test;

namespace {

/// The system calls of a strace output that make, change or remove a file below `folder`.
std::vector<std::string> changes_below(const std::string& trace, const std::string& folder) {
  std::vector<std::string> changes;
  std::istringstream lines(trace);
  for (std::string line; std::getline(lines, line);) {
    if (!contains(line, "\"" + folder)) continue;
    const bool reads = contains(line, "stat") || contains(line, "access(") || contains(line, "readlink") ||
                       (contains(line, "open") && contains(line, "O_RDONLY") && !contains(line, "O_TRUNC"));
    if (!reads) changes.push_back(line);
  }
  return changes;
}

}  // namespace

TEST_CASE("bystander: strace sees a capture write to its own instance only, and make and remove its probes") {
  const std::string folder = tracing_folder();
  if (run({"strace", "-V"}).status != 0) skip("strace is not installed");
  const TemporaryFolder scratch;
  const std::string output = scratch.path() + "/strace";
  auto argv = ftracectl_argv({"capture", "--stacktrace", "--", "/bin/true"});
  argv.insert(argv.begin(), {"strace", "-f", "-e", "trace=%file,mount", "-o", output});
  const auto finished = run(argv);
  if (contains(finished.err, "ptrace")) skip("strace is not allowed here");
  REQUIRE(finished.status == 0);
  const std::string trace = read_file(output);
  const auto changes = changes_below(trace, folder);
  CHECK(changes.size() > 10);
  const std::string made = "mkdir(\"" + folder + "/instances/ftracectl-";
  const auto make =
      std::find_if(changes.begin(), changes.end(), [&](const auto& line) { return contains(line, made); });
  REQUIRE(make != changes.end());
  const std::string pid =
      make->substr(make->find(made) + made.size(), make->rfind("\", ") - make->find(made) - made.size());
  const std::string own = "\"" + folder + "/instances/ftracectl-" + pid;
  int probes = 0;
  for (const auto& line : changes) {
    CAPTURE(line);
    // Opened without O_TRUNC, which would remove everybody's.
    const bool is_probe = contains(line, "\"" + folder + "/dynamic_events\", O_WRONLY|O_CLOEXEC)");
    probes += is_probe ? 1 : 0;
    CHECK((is_probe || contains(line, own + "/") || contains(line, own + "\"")));
  }
  const auto unmade = std::find_if(changes.begin(), changes.end(),
                                   [&](const auto& line) { return contains(line, "rmdir(" + own + "\")"); });
  // Those that were made are removed behind it; one that the kernel refuses was tried before.
  const auto removed = changes.end() - unmade - 1;
  CHECK(removed <= probes / 2);
  CHECK(probes - 2 * removed <= 1);
  // A tracefs that was found below debugfs is the one there is.
  if (!folder.starts_with("/sys/kernel/debug")) CHECK_FALSE(contains(trace, "/sys/kernel/debug"));
  for (const char* word : {"ftrace_enabled", "set_ftrace_", "kprobe_events", " mount("}) {
    CAPTURE(word);
    CHECK_FALSE(contains(trace, word));
  }
}

TEST_CASE("bystander: another tracer at work notices nothing of a capture") {
  const ScratchInstance theirs("ftracectl_test_theirs");
  const std::string event = theirs.folder() + "/events/sched/sched_process_exec/";
  REQUIRE(write_file(event + "filter", "filename ~ \"*true\""));
  REQUIRE(write_file(event + "trigger", "stacktrace if pid > 1"));
  REQUIRE(write_file(event + "enable", "1"));
  REQUIRE(write_file(theirs.folder() + "/trace_clock", "mono"));
  const std::string before = buffer_snapshot(theirs.folder(), true);
  const std::string all_before = tracefs_snapshot();
  const auto captured =
      run_ftracectl({"capture", "--stacktrace", "--", "sh", "-c", "for i in 1 2 3; do /bin/true; done"});
  CHECK(captured.status == 0);
  CHECK(run_ftracectl({"capture", "--duration", "50ms"}).status == 0);
  CHECK(buffer_snapshot(theirs.folder(), true) == before);
  CHECK(difference(all_before, tracefs_snapshot()) == "");
  // It has recorded on: those three, each with its stack, and not what its filter drops.
  std::istringstream lines(read_file(theirs.folder() + "/trace"));
  int execs = 0;
  int stacks = 0;
  for (std::string line; std::getline(lines, line);) {
    execs += contains(line, "sched_process_exec: filename=/bin/true") ? 1 : 0;
    stacks += contains(line, "<stack trace>") ? 1 : 0;
    CHECK_FALSE(contains(line, "filename=/bin/sh"));
  }
  CHECK(execs >= 3);
  CHECK(stacks >= 3);
}
