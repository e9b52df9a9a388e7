// What a killed session left is put back, or its journal stays: with few descriptors, without /proc, where the
// boot cannot be told, after a lazy unmount.

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "support/live.hpp"
#include "support/process.hpp"
#include "support/text.hpp"

using namespace ftracectl::test;
using namespace std::chrono_literals;

namespace {

/// A session that was killed with its guard; the journals have a folder of their own. The shell sees the
/// program as "$F" and the killed session as "$P".
class Leftovers {
 public:
  Leftovers() : before_(tracefs_snapshot()) {
    std::string pattern = "/tmp/ftracectl_left.XXXXXX";
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    kill_session();
  }
  ~Leftovers() {
    shell("$F recover");
    std::filesystem::remove_all(folder_);
  }
  Leftovers(const Leftovers&) = delete;
  Leftovers& operator=(const Leftovers&) = delete;

  void kill_session() {
    Process session({"sh", "-c", head() + "exec $F capture -o $D/out"});
    pid_ = std::to_string(session.pid());
    REQUIRE(eventually([&] { return is_capturing(session.pid()); }));
    run({"sh", "-c", "kill -9 $(pgrep -P " + pid_ + " -x ftracectl-guard) " + pid_});
    session.wait();
    REQUIRE(is_left());
  }
  Finished shell(const std::string& script) const {
    return run({"bash", "-c", head() + script}, 60s * slowness());
  }
  bool is_left() const { return std::filesystem::exists(tracing_folder() + "/instances/ftracectl-" + pid_); }
  bool has_journal() const { return !std::filesystem::is_empty(folder_ + "/journals"); }
  bool is_as_before() const { return tracefs_snapshot() == before_; }
  const std::string& folder() const { return folder_; }

 private:
  std::string head() const {
    return "F=" + ftracectl_argv({}).front() + "; D=" + folder_ + "; T=" + tracing_folder() +
           "; export FTRACECTL_JOURNAL=" + folder_ + "/journals; ";
  }

  std::string before_;
  std::string folder_;
  std::string pid_;
};

/// Where recover says that all is done, all is; where not, the journal is there for the next one.
void check_nothing_is_forgotten(const Leftovers& left, const Finished& recovered) {
  CAPTURE(recovered.out);
  CAPTURE(recovered.err);
  const bool is_done = left.is_as_before();
  CHECK((recovered.status == 0) == is_done);
  CHECK(left.has_journal() != is_done);
  CHECK(left.shell("$F recover").status == 0);
  CHECK(left.is_as_before());
  CHECK_FALSE(left.has_journal());
}

}  // namespace

TEST_CASE("leftovers: recover with few descriptors undoes all, or keeps the journal") {
  Leftovers left;
  for (const std::string limit : {"4", "5", "6", "7", "8", "10", "12", "16", "20"}) {
    CAPTURE(limit);
    if (!left.is_left()) left.kill_session();
    check_nothing_is_forgotten(left, left.shell("ulimit -n " + limit + "; exec $F recover"));
  }
}

TEST_CASE("leftovers: without /proc, and where the boot id cannot be read, no journal is lost") {
  Leftovers left;
  check_nothing_is_forgotten(left, left.shell("unshare -m sh -c \"umount -l /proc; exec $F recover\""));
  left.kill_session();
  check_nothing_is_forgotten(
      left, left.shell("unshare -m sh -c \"mount --bind /dev/null /proc/sys/kernel/random/boot_id; "
                       "exec $F recover\""));
}

TEST_CASE(
    "leftovers: the guard undoes a session whose tracefs was unmounted lazily, and recover keeps its "
    "journal") {
  Leftovers left;
  check_nothing_is_forgotten(
      left, left.shell("unshare -m --propagation private sh -c \"umount -l $T; exec $F recover\""));
  left.shell(
      "unshare -m --propagation private bash -c \"$F capture -o $D/out 2>/dev/null & sleep 2; "
      "umount -l $T; kill -9 \\$!\"");
  CHECK(eventually([&] { return left.is_as_before() && !left.has_journal(); }));
}
