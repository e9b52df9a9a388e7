// Where tracefs is not mounted, a private mount serves: everything works, and nothing is left behind.

#include <doctest/doctest.h>
#include <signal.h>

#include <filesystem>
#include <sstream>

#include "support/live.hpp"
#include "support/process.hpp"
#include "support/temporary_folder.hpp"
#include "support/text.hpp"

using namespace ftracectl::test;
namespace fs = std::filesystem;

namespace {

/// In a mount namespace without any tracefs; the program's name is $0, and its journal is elsewhere.
std::vector<std::string> without_tracefs(const std::string& script, const std::string& journal) {
  return {
      "unshare",
      "-m",
      "sh",
      "-c",
      "umount -l -a -t tracefs; umount -l -a -t debugfs; export FTRACECTL_JOURNAL=" + journal + "; " + script,
      ftracectl_argv({})[0]};
}

void need_private_mounts(const std::string& journal) {
  tracing_folder();
  const auto tried = run(without_tracefs("exec \"$0\" list sched:sched_switch", journal));
  if (contains(tried.err, "unshare failed")) skip("mount namespaces are not allowed here");
  if (contains(tried.err, "fsopen: Function not implemented")) skip("this kernel has no fsopen()");
  REQUIRE(tried.err ==
          "ftracectl: note: tracefs is not mounted; using a private mount, which ends with this command\n");
  REQUIRE(contains(tried.out, "sched:sched_switch"));
}

}  // namespace

TEST_CASE("private mount: every kind of command works, and lasting changes are everybody's") {
  const TemporaryFolder folder;
  const std::string journal = std::string(folder.path()) + "/journal";
  need_private_mounts(journal);
  const auto capture = run(without_tracefs("exec \"$0\" capture --format jsonl -- true", journal));
  CHECK(capture.status == 0);
  CHECK(contains(capture.out, R"("type":"exec")"));

  const std::string instance = "ftracectl_test_" + std::to_string(getpid());
  const auto enable = run(without_tracefs(
      "exec \"$0\" enable sched:sched_switch --filter 'prev_pid == 1' --instance " + instance, journal));
  CHECK(enable.status == 0);
  const std::string event = tracing_folder() + "/instances/" + instance + "/events/sched/sched_switch";
  CHECK(read_file(event + "/enable") == "1\n");
  const auto refused = run(without_tracefs(
      "exec \"$0\" filter sched:sched_switch 'prev_pud == 1' --force --instance " + instance, journal));
  CHECK(refused.status == 1);
  CHECK(contains(refused.err, "tracefs:/instances/" + instance));
  CHECK(!contains(refused.err, "/proc/self/fd"));
  CHECK(run(without_tracefs("exec \"$0\" status --json", journal)).out.find("\"tracefs\": null") == 4);
  CHECK(run_ftracectl({"instance", "remove", instance}).status == 0);

  const auto doctor = run(without_tracefs("exec \"$0\" doctor", journal));
  CHECK(doctor.status == 0);
  CHECK(contains(doctor.out, "tracefs   a private mount"));
  const auto dry_run = run(without_tracefs("exec \"$0\" enable sched:sched_switch --dry-run", journal));
  CHECK(contains(dry_run.out, "mount -t tracefs tracefs /sys/kernel/tracing\ncd /sys/kernel/tracing\n"));
}

TEST_CASE("private mount: refused by --no-private-mount, before the command and behind it") {
  const TemporaryFolder folder;
  const std::string journal = std::string(folder.path()) + "/journal";
  need_private_mounts(journal);
  for (const std::string words : {"--no-private-mount list", "list --no-private-mount"}) {
    const auto refused = run(without_tracefs("exec \"$0\" " + words, journal));
    CHECK(refused.status == 5);
    CHECK(refused.err ==
          "ftracectl: tracefs is not mounted: /proc/mounts lists none\n"
          "mount it: mount -t tracefs tracefs /sys/kernel/tracing\n");
  }
}

TEST_CASE("private mount: the guard undoes a killed session, and recover what both left") {
  const TemporaryFolder folder;
  const std::string journal = std::string(folder.path()) + "/journal";
  need_private_mounts(journal);
  for (const bool guard_too : {false, true}) {
    Process session(without_tracefs("exec \"$0\" capture --duration 60s", journal));
    REQUIRE(eventually([&] { return is_capturing(session.pid()); }));
    const std::string instance = tracing_folder() + "/instances/ftracectl-" + std::to_string(session.pid());
    std::istringstream children(read_file("/proc/" + std::to_string(session.pid()) + "/task/" +
                                          std::to_string(session.pid()) + "/children"));
    pid_t guard = 0;
    REQUIRE(static_cast<bool>(children >> guard));
    if (guard_too) kill(guard, SIGSTOP);
    session.signal(SIGKILL);
    if (guard_too) kill(guard, SIGKILL);
    session.wait();
    if (guard_too) {
      CHECK(fs::exists(instance));
      const auto recover = run(without_tracefs("exec \"$0\" recover", journal));
      CHECK(recover.status == 0);
      CHECK(contains(recover.out, "capture --duration 60s"));
      CHECK(!fs::exists(instance));
    } else {
      CHECK(eventually([&] { return !fs::exists(instance); }));
    }
    CHECK(eventually([&] { return fs::is_empty(journal); }));
  }
}
