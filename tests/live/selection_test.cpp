// What the user selects is in force, or the command says why not and changes nothing.

#include <doctest/doctest.h>

#include "support/live.hpp"
#include "support/process.hpp"
#include "support/text.hpp"

using namespace ftracectl::test;

namespace {

/// Runs a shell command as on a kernel without syscall events, which bind mounts hide in a mount namespace of
/// its own. "$F" is ftracectl.
Finished without_syscall_events(const std::string& command) {
  const std::string hide =
      "T=$0; d=$(mktemp -d); mkdir $d/empty; trap 'umount $T/available_events $T/events/syscalls; rm -r $d' "
      "EXIT; "
      "grep -v ^syscalls: $T/available_events > $d/events; "
      "mount --bind $d/events $T/available_events && mount --bind $d/empty $T/events/syscalls || exit 99; "
      "F=$1; ";
  const auto done = run({"unshare", "-m", "--propagation", "private", "bash", "-c", hide + command,
                         tracing_folder(), ftracectl_argv({})[0]});
  if (done.status == 99 || contains(done.err, "unshare failed"))
    skip("mount namespaces are not allowed here");
  return done;
}

}  // namespace

TEST_CASE("selection: without syscall events the filter of execs goes to sched_process_exec") {
  const auto by_name =
      without_syscall_events("\"$F\" capture --args none --comm true -- sh -c '/bin/true; /bin/echo x'");
  CHECK(by_name.status == 0);
  CHECK(contains(by_name.out, "/bin/true"));
  CHECK_FALSE(contains(by_name.out, "/bin/echo"));
  CHECK(contains(by_name.err, "only execs that succeed are captured"));
  CHECK(contains(by_name.err, "comm is already the name"));
  const auto nobody = without_syscall_events(
      "\"$F\" capture --args none --filter common_pid==1 -- sh -c '/bin/true; /bin/true'");
  CHECK(nobody.status == 0);
  CHECK_FALSE(contains(nobody.out, "true"));
}

TEST_CASE("selection: what cannot be in force without syscall events is refused, and nothing runs") {
  const auto before = instance_names();
  for (const std::string option : {"--filter 'argv == 1'", "--filter 'nofield=='", "--failed"}) {
    CAPTURE(option);
    const auto refused = without_syscall_events("\"$F\" capture " + option + " -- echo ran");
    CHECK(refused.status == 5);
    CHECK(refused.out.empty());
    CHECK(contains(refused.err, "this kernel has no"));
  }
  CHECK(instance_names() == before);
}

TEST_CASE("selection: in a pid namespace no filter names a pid that another process has") {
  const std::vector<std::string> inside = {"unshare", "--pid", "--fork", "--mount-proc"};
  if (run({"unshare", "--pid", "--fork", "--mount-proc", "true"}).status != 0) skip("no pid namespaces here");
  const auto run_inside = [&](std::vector<std::string> arguments) {
    auto argv = inside;
    const auto program = ftracectl_argv(std::move(arguments));
    argv.insert(argv.end(), program.begin(), program.end());
    return run(argv);
  };
  const ScratchInstance instance("ftracectl_test_pids");
  const std::string event = "sched:sched_switch";
  const auto on = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--instance", instance.name()});
    return run_inside(std::move(arguments));
  };
  for (const auto& refused :
       {on({"filter", event, "common_pid==100"}), on({"enable", event, "--filter", "prev_pid==100"}),
        on({"trigger", event, "traceoff:1 if next_pid==100"}), on({"filter", event, "--pid", "1"}),
        run_inside({"capture", "--filter", "common_pid==100", "--duration", "100ms"}),
        run_inside({"capture", "--tid", "1", "--duration", "100ms"})}) {
    CHECK(refused.status == 5);
    CHECK(contains(refused.err, "initial pid namespace"));
  }
  CHECK(read_file(instance.folder() + "/events/sched/sched_switch/filter") == "none\n");
  CHECK(on({"filter", event, "common_pid != 0"}).status == 0);
  CHECK(on({"filter", event, "common_pid==100", "--force"}).status == 0);
  CHECK(read_file(instance.folder() + "/events/sched/sched_switch/filter") == "common_pid==100\n");
}

TEST_CASE("selection: a /proc of the host shows what a pid is there") {
  const std::string script =
      "d=$(mktemp -d) && mount --bind /proc $d || exit 99; unshare --pid --fork --mount-proc sh -c '"
      "sleep 9 & \"$0\" filter sched:sched_switch prev_pid==$! --dry-run; "
      "sed -n \"s/^NSpid:.//p\" '$d'/[0-9]*/status | grep \"\t$!\\$\" | cut -f1; kill $!' \"$0\"; umount $d; "
      "rmdir $d";
  const auto done =
      run({"unshare", "-m", "--propagation", "private", "sh", "-c", script, ftracectl_argv({})[0]});
  if (done.status == 99 || contains(done.err, "unshare failed")) skip("no namespaces here");
  const std::string host = done.out.substr(0, done.out.find('\n'));
  CHECK_FALSE(host.empty());
  CHECK(contains(done.err, " is " + host + " on the host, as "));
}
