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
  CHECK(contains(by_name.err, "comm means that name"));
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
