// capture --user NAME -- COMMAND, and users whose rights are capabilities.

#include <doctest/doctest.h>

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "support/live.hpp"
#include "support/process.hpp"
#include "support/records.hpp"
#include "support/temporary_folder.hpp"
#include "support/text.hpp"

using namespace ftracectl::test;
namespace fs = std::filesystem;

namespace {

const passwd& nobody() {
  const passwd* entry = getpwnam("nobody");
  if (entry == nullptr) skip("there is no user nobody");
  return *entry;
}

/// What the command printed, run as `user`.
std::string output_as(const std::string& user, const std::vector<std::string>& command) {
  const TemporaryFolder folder;
  std::vector<std::string> words = {"capture", "--user", user, "-o", folder.path() + "/records", "--"};
  words.insert(words.end(), command.begin(), command.end());
  const auto finished = run_ftracectl(words);
  INFO(finished.err);
  CHECK(finished.status == 0);
  return finished.out;
}

}  // namespace

TEST_CASE("capture: --user runs the command as that user, and captures it") {
  tracing_folder();
  const auto& user = nobody();
  const std::string uid = std::to_string(user.pw_uid);
  CHECK(output_as("nobody", {"id"}) ==
        run({"setpriv", "--reuid", uid, "--regid", std::to_string(user.pw_gid), "--init-groups", "id"}).out);
  CHECK(output_as("#" + uid, {"id", "-u"}) == uid + "\n");
  CHECK(output_as("nobody", {"sh", "-c", "echo $HOME $USER $LOGNAME $SHELL"}) ==
        std::string(user.pw_dir) + " nobody nobody " + user.pw_shell + "\n");
  CHECK(contains(output_as("nobody", {"cat", "/proc/self/status"}), "CapEff:\t0000000000000000"));
  const auto captured = run_ftracectl(
      {"capture", "--user", "nobody", "--format", "jsonl", "--", "sh", "-c", "/bin/true a; /bin/true b"});
  const auto execs = of_type(parse_json_lines(captured.out), "exec");
  REQUIRE(execs.size() == 3);
  for (const auto& exec : execs) {
    CHECK(exec["uid"] == user.pw_uid);
    CHECK(exec["status"] == "ok");
  }
  CHECK(execs[0]["argv"] == nlohmann::json({"sh", "-c", "/bin/true a; /bin/true b"}));
  CHECK(execs[1]["ppid"] == execs[0]["pid"]);
}

TEST_CASE("capture: --user looks for the command with that user's rights") {
  tracing_folder();
  nobody();
  const TemporaryFolder folder;
  const std::string closed = folder.path() + "/closed";
  fs::create_directory(closed);
  fs::create_symlink("/bin/true", closed + "/onlyroot");
  fs::permissions(closed, fs::perms::owner_all);
  CHECK(run_ftracectl({"capture", "--", closed + "/onlyroot"}).status == 0);
  const auto refused = run_ftracectl({"capture", "--user", "nobody", "--", closed + "/onlyroot"});
  CHECK(refused.status == 126);
  CHECK(contains(refused.err, "Permission denied"));
  const std::string path = "PATH=" + closed + ":/usr/bin:/bin";
  const auto program = ftracectl_argv({});
  CHECK(run({"env", path, program[0], "capture", "--", "onlyroot"}).status == 0);
  CHECK(run({"env", path, program[0], "capture", "--user", "nobody", "--", "onlyroot"}).status != 0);
}

TEST_CASE("capture: --user with nobody to become is refused before anything is done") {
  tracing_folder();
  for (const std::string user : {"no-such-user", "#4123456789", "#", "#x"}) {
    const auto unknown = run_ftracectl({"capture", "--user", user, "--", "true"});
    CHECK(unknown.status == 2);
    CHECK(contains(unknown.err, "there is no user '" + user + "'"));
  }
  CHECK(run_ftracectl({"capture", "--user", "nobody", "--duration", "1s"}).status == 2);
}

TEST_CASE("control: whom a capability lets read and write tracefs is not refused") {
  const std::string folder = tracing_folder();
  const ScratchInstance instance("ftracectl_test_capability");
  const TemporaryFolder home;
  const std::string copy = home.path() + "/ftracectl";
  fs::copy_file(ftracectl_argv({}).front(), copy);
  fs::permissions(home.path(), fs::perms(0755));
  const std::string journals = home.path() + "/journal";
  REQUIRE(::mkdir(journals.c_str(), 0700) == 0);
  REQUIRE(::chown(journals.c_str(), 65534, 65534) == 0);
  const auto as_user = [&](std::vector<std::string> words) {
    std::vector<std::string> argv = {"setpriv",
                                     "--reuid",
                                     "65534",
                                     "--regid",
                                     "65534",
                                     "--clear-groups",
                                     "--inh-caps",
                                     "+dac_override",
                                     "--ambient-caps",
                                     "+dac_override",
                                     "env",
                                     "FTRACECTL_JOURNAL=" + journals,
                                     copy};
    argv.insert(argv.end(), words.begin(), words.end());
    return run(argv);
  };
  const auto listed = as_user({"list", "sched:sched_process_exec"});
  INFO(listed.err);
  if (listed.status == 127 || contains(listed.err, "setpriv")) skip("setpriv cannot give capabilities here");
  CHECK(listed.status == 0);
  CHECK(contains(listed.out, "sched:sched_process_exec"));
  const auto enabled = as_user({"enable", "sched:sched_process_exec", "--instance", instance.name()});
  INFO(enabled.err);
  CHECK(enabled.status == 0);
  CHECK(read_file(instance.folder() + "/events/sched/sched_process_exec/enable") == "1\n");
}
