// The lines of --dry-run, run by a shell as they stand.

#include <doctest/doctest.h>

#include <filesystem>

#include "support/live.hpp"
#include "support/process.hpp"
#include "support/text.hpp"

using namespace ftracectl::test;

namespace {

/// Mounts tracefs, in a mount namespace, on a folder whose name needs quoting; goes there, and runs a shell
/// command. "$F" is ftracectl, "dry" runs it and then, elsewhere, the lines that it printed.
Finished in_odd_folder(const std::string& command) {
  const std::string script =
      "d=$(mktemp -d); mkdir -p \"$d/a folder's/tr ace\"; cd \"$d/a folder's\"; F=$1; "
      "mount -t tracefs tracefs \"tr ace\" || exit 99; "
      "dry() { c=$1; shift; \"$F\" $c --dry-run --tracefs \"tr ace\" \"$@\" > $d/lines && (cd / && sh -e "
      "$d/lines); }; " +
      command + "; s=$?; umount \"tr ace\"; cd /; rm -r $d; exit $s";
  const auto done =
      run({"unshare", "-m", "--propagation", "private", "sh", "-c", script, "sh", ftracectl_argv({})[0]});
  if (done.status == 99 || contains(done.err, "unshare failed"))
    skip("mount namespaces are not allowed here");
  return done;
}

}  // namespace

TEST_CASE("dry run: a shell takes the lines of enable, filter, trigger, set and disable") {
  const ScratchInstance instance("ftracectl_test dry");
  const std::string on = " --instance '" + instance.name() + "'";
  const std::string folder = instance.folder() + "/events/sched/sched_switch/";
  const auto enabled = in_odd_folder(
      "dry enable sched:sched_switch --filter \"prev_comm == \\\"it's\\\" && prev_prio == 3\" --trigger "
      "'stacktrace:3'" +
      on);
  CHECK(enabled.err.empty());
  CHECK(read_file(folder + "filter") == "prev_comm == \"it's\" && prev_prio == 3\n");
  CHECK(read_file(folder + "enable") == "1*\n");
  CHECK(contains(read_file(folder + "trigger"), "stacktrace:count=3 if prev_comm"));
  CHECK(in_odd_folder("dry filter sched:sched_switch 'prev_comm ~ \"\\!n*\"'" + on).status == 0);
  CHECK(read_file(folder + "filter") == "prev_comm ~ \"\\!n*\"\n");
  CHECK(in_odd_folder("dry set --clock mono --buffer-size 64K --option noirq-info" + on).status == 0);
  CHECK(contains(read_file(instance.folder() + "/trace_clock"), "[mono]"));
  CHECK(in_odd_folder("dry disable sched:sched_switch" + on).status == 0);
  CHECK(read_file(folder + "filter") == "none\n");
  CHECK(read_file(folder + "enable") == "0\n");
}

TEST_CASE("dry run: capture says who selects, the kernel or ftracectl on records") {
  tracing_folder();
  const auto shown = run_ftracectl({"capture", "--dry-run", "--comm", "make", "--uid", "0",
                                    "--exclude-filename", "/usr/lib/*", "--failed", "--", "true"});
  CHECK(shown.status == 0);
  for (const char* line :
       {"# the kernel selects: filter COMM == \"make\"\n",
        "# the kernel selects: the command and what it starts\n", "# selected on records: --uid 0\n",
        "# selected on records: --exclude-filename /usr/lib/*\n", "# selected on records: --failed\n"})
    CHECK_MESSAGE(contains(shown.out, line), shown.out);
  const auto of_pids = run_ftracectl(
      {"capture", "--dry-run", "--pid", "1", "--follow", "--exclude-comm", "cron", "--name", "gcc*"});
  CHECK_MESSAGE(contains(of_pids.out, "# the kernel selects: --follow --pid 1\n"), of_pids.out);
  CHECK(contains(of_pids.out, "# the kernel selects: filter COMM != \"cron\"\n"));
  CHECK(contains(of_pids.out, "# selected on records: --name gcc*\n"));
}

TEST_CASE("dry run: a shell takes the lines of capture") {
  const std::string folder = tracing_folder() + "/instances/ftracectl-PID";
  if (std::filesystem::exists(folder)) skip("there is an instance ftracectl-PID");
  const auto followed = in_odd_folder("dry capture --args none --comm \"it's*\" -- sh -c 'echo \"a\nb\"'");
  CHECK(followed.status == 0);
  CHECK_FALSE(contains(followed.err, "cannot"));
  CHECK(read_file(folder + "/tracing_on") == "1\n");
  CHECK(read_file(folder + "/events/syscalls/sys_enter_execve/filter") == "COMM ~ \"it's*\"\n");
  CHECK(std::filesystem::remove(folder));
  CHECK(in_odd_folder("dry capture sched:sched_switch --cpu 0 --pid 1").status == 0);
  CHECK(contains(read_file(folder + "/events/sched/sched_switch/filter"), "CPU==0"));
  CHECK(std::filesystem::remove(folder));
}
