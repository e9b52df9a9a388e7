#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "support/control.hpp"
#include "support/text.hpp"

using namespace ftracectl::test;

namespace {

const std::string exec_files = "/events/syscalls/sys_enter_execve/";

/// Another process executes a program once.
void exec_once() {
  const pid_t child = fork();
  if (child == 0) {
    execl("/bin/true", "true", nullptr);
    _exit(127);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WEXITSTATUS(status) == 0);
}

/// The lines that the buffer of the instance holds, without the header.
std::string recorded(const ScratchInstance& instance) {
  std::string lines;
  std::string text = read_file(instance.folder() + "/trace");
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    if (text[at] != '#') lines += text.substr(at, end - at + 1);
    at = end + 1;
  }
  return lines;
}

}  // namespace

TEST_CASE("control: enable, status and disable on the top-level buffer leave it as it was") {
  const std::string before = tracefs_snapshot();
  const auto enabled = run_ftracectl({"enable", exec_event, "--filter", "common_pid==100"});
  const auto status = run_ftracectl({"status"});
  const auto json = run_ftracectl({"status", "--json"});
  const auto disabled = run_ftracectl({"disable", exec_event});
  CHECK(enabled.status == 0);
  CHECK(enabled.out.empty());
  CHECK(status.status == 0);
  CHECK(status.out.starts_with("top-level buffer: tracing_on 1"));
  CHECK(contains(status.out, "on   syscalls:sys_enter_execve  filter   common_pid==100\n"));
  const auto top = nlohmann::json::parse(json.out).at("buffers").at(0);
  CHECK(top.at("instance").is_null());
  CHECK(top.at("events").at(0).at("event") == exec_event);
  CHECK(top.at("events").at(0).at("enabled") == true);
  CHECK(top.at("events").at(0).at("filter") == "common_pid==100");
  CHECK(disabled.status == 0);
  CHECK(tracefs_snapshot() == before);
}

TEST_CASE("control: a filter that the kernel refuses changes nothing and is explained with a caret") {
  const std::string before = tracefs_snapshot();
  const auto refused = run_ftracectl({"enable", exec_event, "--filter", "nosuch==1", "--force"});
  CHECK(refused.status == 1);
  CHECK(refused.out.empty());
  CHECK(contains(refused.err, "Field not found\n  nosuch==1\n         ^\n"));
  CHECK(contains(refused.err, "nothing was changed"));
  CHECK(tracefs_snapshot() == before);
  // A fault of syntax gives EPERM, which says nothing about rights here.
  const auto syntax = run_ftracectl({"filter", exec_event, "common_pid == 5)", "--force"});
  CHECK(syntax.status == 1);
  CHECK(contains(syntax.err, "Too few '('"));
  CHECK(tracefs_snapshot() == before);
}

TEST_CASE("control: an event that is on keeps its filter when a wrong one is given") {
  const ScratchInstance instance("ftracectl_test_keep");
  REQUIRE(control(instance, {"enable", exec_event, "--filter", "common_pid==1"}).status == 0);
  for (const std::string wrong : {"nosuch==1", "== 5", "(common_pid == 5", "common_pid == abc"}) {
    CAPTURE(wrong);
    CHECK(control(instance, {"filter", exec_event, wrong}).status == 1);
    CHECK(control(instance, {"filter", exec_event, wrong, "--force"}).status == 1);
    CHECK(control(instance, {"enable", exec_event, "--filter", wrong}).status == 1);
    CHECK(read_event_file(instance, "filter") == "common_pid==1\n");
    CHECK(read_event_file(instance, "enable") == "1\n");
  }
  exec_once();
  CHECK(recorded(instance) == "");
  // That something would have been recorded without the filter.
  CHECK(control(instance, {"filter", exec_event, "--clear"}).status == 0);
  exec_once();
  CHECK(contains(recorded(instance), "sys_execve("));
}

TEST_CASE("control: nothing is recorded while a wrong filter is refused") {
  const ScratchInstance instance("ftracectl_test_window");
  REQUIRE(control(instance, {"enable", exec_event, "--filter", "common_pid==1"}).status == 0);
  // Each run of ftracectl is itself an exec, and more go on beside it.
  Process busy({"sh", "-c", "while :; do /bin/true; done"});
  for (int i = 0; i < 5; ++i)
    CHECK(control(instance, {"filter", exec_event, "nosuch==1", "--force"}).status == 1);
  CHECK(recorded(instance) == "");
}

TEST_CASE("control: a trigger beside a filter fires only for what the filter lets through") {
  const ScratchInstance instance("ftracectl_test_trigger");
  REQUIRE(control(instance, {"enable", exec_event, "--filter", "common_pid==1", "--trigger", "stacktrace"})
              .status == 0);
  CHECK(read_event_file(instance, "trigger") == "stacktrace:unlimited if common_pid==1\n");
  exec_once();
  CHECK(recorded(instance) == "");
  SUBCASE("asking for the same once more is fine") {
    const auto again =
        control(instance, {"enable", exec_event, "--filter", "common_pid==1", "--trigger", "stacktrace"});
    CHECK(again.status == 0);
    CHECK(again.err.empty());
  }
  SUBCASE("another trigger of the kind is refused, with what is there and how to remove it") {
    const auto second = control(instance, {"trigger", exec_event, "stacktrace:5"});
    CHECK(second.status == 1);
    CHECK(contains(second.err, "'stacktrace if common_pid==1'"));
    CHECK(contains(second.err, "ftracectl trigger syscalls:sys_enter_execve --remove"));
    CHECK(read_event_file(instance, "trigger") == "stacktrace:unlimited if common_pid==1\n");
  }
  SUBCASE("disable --keep says that the trigger still fires") {
    const auto kept = control(instance, {"disable", exec_event, "--keep"});
    CHECK(kept.status == 0);
    CHECK(contains(kept.err, "still fires"));
    CHECK(read_event_file(instance, "enable") == "0*\n");
    CHECK(contains(control(instance, {"status"}).out,
                   "off  syscalls:sys_enter_execve  filter   common_pid==1\n"));
  }
  SUBCASE("disable takes all of it back") {
    CHECK(control(instance, {"disable", exec_event}).status == 0);
    CHECK(read_event_file(instance, "enable") == "0\n");
    CHECK(read_event_file(instance, "filter") == "none\n");
    CHECK(read_event_file(instance, "trigger").starts_with("# Available triggers"));
    CHECK(contains(control(instance, {"status"}).out, "no event is on"));
  }
}

TEST_CASE("control: a trigger that the kernel refuses takes the filter and the switch back, too") {
  const ScratchInstance instance("ftracectl_test_rollback");
  const auto refused = control(instance, {"enable", exec_event, "sched:sched_switch", "--filter",
                                          "common_pid==1", "--trigger", "nonsense", "--force"});
  CHECK(refused.status == 1);
  CHECK(contains(refused.err, "nonsense if common_pid==1"));
  CHECK(contains(refused.err, "this kernel's triggers: "));
  CHECK(read_event_file(instance, "filter") == "none\n");
  CHECK(read_event_file(instance, "enable") == "0\n");
  CHECK(read_file(instance.folder() + "/set_event") == "");
  const auto condition = control(instance, {"trigger", exec_event, "stacktrace:3 if nosuch == 1", "--force"});
  CHECK(condition.status == 1);
  CHECK(contains(condition.err, "\n  stacktrace:3 if nosuch == 1\n"));
}

TEST_CASE("control: a trigger without a condition on a filtered event is pointed out") {
  const ScratchInstance instance("ftracectl_test_note");
  REQUIRE(control(instance, {"filter", exec_event, "common_pid==1"}).status == 0);
  const auto noted = control(instance, {"enable", exec_event, "--trigger", "stacktrace:3"});
  CHECK(noted.status == 0);
  CHECK(contains(noted.err, "keeps its filter: common_pid==1"));
  CHECK(contains(noted.err, "'stacktrace:3 if common_pid==1'"));
  CHECK(control(instance, {"filter", exec_event}).out == "common_pid==1\n");
  CHECK(contains(control(instance, {"trigger", exec_event}).out, "stacktrace:"));
  CHECK(control(instance, {"trigger", exec_event, "--remove", "stacktrace"}).status == 0);
  CHECK(control(instance, {"trigger", exec_event}).out == "none\n");
  CHECK(control(instance, {"filter", exec_event, "--clear"}).status == 0);
  CHECK(control(instance, {"filter", exec_event}).out == "none\n");
}

TEST_CASE("control: --dry-run prints a script that does the same, and writes nothing") {
  const ScratchInstance instance("ftracectl_test_dry");
  const std::vector<std::string> wanted = {"enable",       exec_event,  "--filter",
                                           "comm != 'it'", "--trigger", "stacktrace"};
  auto dry = wanted;
  dry.push_back("--dry-run");
  const auto printed = control(instance, dry);
  CHECK(printed.status == 0);
  CHECK(read_event_file(instance, "filter") == "none\n");
  CHECK(read_event_file(instance, "enable") == "0\n");
  CHECK(run({"sh", "-ec", printed.out}).status == 0);
  CHECK(read_event_file(instance, "filter") == "comm != 'it'\n");
  CHECK(read_event_file(instance, "trigger") == "stacktrace:unlimited if comm != 'it'\n");
  CHECK(read_event_file(instance, "enable") == "1*\n");
  // Everything holds already: nothing is left to be written.
  CHECK(control(instance, dry).out == "cd " + tracing_folder() + "\n");
}

TEST_CASE("control: with tracing_on 0 enable warns") {
  const ScratchInstance instance("ftracectl_test_off");
  REQUIRE(write_file(instance.folder() + "/tracing_on", "0"));
  const auto enabled = control(instance, {"enable", exec_event, "--filter", "common_pid==1"});
  CHECK(enabled.status == 0);
  CHECK(contains(enabled.err, "tracing_on is 0"));
}

TEST_CASE("control: status shows what was left on events that are off, pids and options") {
  const ScratchInstance instance("ftracectl_test_status");
  REQUIRE(write_file(instance.folder() + exec_files + "filter", "common_pid==1"));
  REQUIRE(write_file(instance.folder() + "/set_event_pid", "1"));
  REQUIRE(write_file(instance.folder() + "/options/event-fork", "1"));
  REQUIRE(write_file(instance.folder() + "/options/irq-info", "0"));
  const auto text = control(instance, {"status"}).out;
  CHECK(contains(text, "off  syscalls:sys_enter_execve  filter   common_pid==1\n"));
  CHECK(contains(text, "pids            1\n"));
  CHECK(contains(text, "options         -irq-info +event-fork\n"));
  const auto buffer = nlohmann::json::parse(control(instance, {"status", "--json"}).out).at("buffers").at(0);
  CHECK(buffer.at("instance") == instance.name());
  CHECK(buffer.at("set_event_pid") == nlohmann::json::array({1}));
  CHECK(buffer.at("options") == nlohmann::json({{"event-fork", true}, {"irq-info", false}}));
  CHECK(contains(run_ftracectl({"status"}).out, "\ninstance " + instance.name() + ": "));
}

TEST_CASE("control: status points out a filter that was refused to somebody else") {
  const ScratchInstance instance("ftracectl_test_refused");
  REQUIRE_FALSE(write_file(instance.folder() + exec_files + "filter", "nosuch==1"));
  CHECK(contains(control(instance, {"status"}).out, "refused 'nosuch==1': Field not found"));
  const auto shown = control(instance, {"filter", exec_event});
  CHECK(shown.out == "none\n");
  CHECK(contains(shown.err, "Field not found"));
}

TEST_CASE("control: list marks what is on") {
  const ScratchInstance instance("ftracectl_test_list");
  REQUIRE(control(instance, {"enable", exec_event, "--filter", "common_pid==1"}).status == 0);
  const auto listed = control(instance, {"list", "syscalls/sys_enter_exec*"});
  CHECK(contains(listed.out, "on   syscalls:sys_enter_execve  filter   common_pid==1\n"));
  CHECK(contains(listed.out, "off  syscalls:sys_enter_execveat\n"));
  const auto json = nlohmann::json::parse(control(instance, {"list", "sys_enter_execve*", "--json"}).out);
  REQUIRE(json.size() == 2);
  for (const auto& event : json) CHECK(event.at("enabled") == (event.at("event") == exec_event));
}

TEST_CASE("control: unknown events and instances are answered with those there are") {
  const ScratchInstance instance("ftracectl_test_names");
  const auto event = run_ftracectl({"enable", "sched:sched_proces_exec"});
  CHECK(event.status == 1);
  CHECK(contains(event.err, "did you mean sched:sched_process_exec?"));
  const auto missing = run_ftracectl({"list", "sched:*", "--instance", "ftracectl_test_missing"});
  CHECK(missing.status == 1);
  CHECK(contains(missing.err, instance.name()));
  CHECK(run_ftracectl({"list", "--instance", "../events"}).status == 2);
  CHECK(run_ftracectl({"enable"}).status == 2);
  CHECK(run_ftracectl({"filter", "a", "b", "c"}).status == 2);
  CHECK(run_ftracectl({"trigger", "sched_switch", "stacktrace", "--clear"}).status == 2);
}

TEST_CASE("control: a folder that is no tracing folder is refused, by option and by environment") {
  const auto by_option = run_ftracectl({"--tracefs", "/tmp", "list"});
  CHECK(by_option.status == 5);
  CHECK(contains(by_option.err, "/tmp: not a tracing folder"));
  setenv("FTRACECTL_TRACEFS", "/nonexistent", 1);
  const auto by_environment = run_ftracectl({"status"});
  setenv("FTRACECTL_TRACEFS", tracing_folder().c_str(), 1);
  const auto right = run_ftracectl({"list", "sched:sched_switch"});
  unsetenv("FTRACECTL_TRACEFS");
  CHECK(by_environment.status == 5);
  CHECK(contains(by_environment.err, "/nonexistent: no such folder"));
  CHECK(right.status == 0);
}

TEST_CASE("control: without a tracefs mount the command that mounts one is shown") {
  tracing_folder();
  const std::string unmount_all =
      "grep -E ' (tracefs|debugfs) ' /proc/mounts | while read -r source target rest; do"
      " umount -l \"$target\"; done; exec \"$0\" --no-private-mount status";
  const auto hidden = run({"unshare", "-m", "sh", "-c", unmount_all, ftracectl_argv({})[0]});
  if (contains(hidden.err, "unshare failed")) skip("mount namespaces are not allowed here");
  CHECK(hidden.status == 5);
  CHECK(contains(hidden.err, "tracefs is not mounted"));
  CHECK(contains(hidden.err, "mount -t tracefs tracefs /sys/kernel/tracing"));
}

TEST_CASE("control: an empty mount, as lockdown leaves it, is told from a missing one") {
  tracing_folder();
  const std::string folder = "/tmp/ftracectl_test_" + std::to_string(getpid());
  std::filesystem::create_directories(folder + "/empty");
  std::ofstream(folder + "/mounts") << "tracefs " << folder << "/empty tracefs rw 0 0\n";
  // The list of mounts is replaced for this one process: its tracefs is the empty folder.
  const std::string pretend =
      "mount --bind \"$1/mounts\" /proc/$$/mounts || exit 99; exec \"$0\" --no-private-mount status";
  const auto empty = run({"unshare", "-m", "sh", "-c", pretend, ftracectl_argv({})[0], folder});
  std::filesystem::remove_all(folder);
  if (empty.status == 99 || contains(empty.err, "unshare failed")) skip("mounts cannot be replaced here");
  CHECK(empty.status == 5);
  CHECK(contains(empty.err, "tracefs is mounted and empty"));
  CHECK(contains(empty.err, "lockdown"));
}

TEST_CASE("control: somebody who is not root is told so") {
  tracing_folder();
  const auto program = ftracectl_argv({"list"});
  const auto refused = run({"setpriv", "--reuid", "65534", "--clear-groups", program[0], program[1]});
  if (refused.status == 126 || refused.status == 127)
    skip("setpriv, or the program as another user, cannot run");
  CHECK(refused.status == 5);
  CHECK(contains(refused.err, "only root may do that"));
}

TEST_CASE("control: a signal in the middle of a change puts everything back") {
  const ScratchInstance instance("ftracectl_test_signal");
  const std::string all = read_file(tracing_folder() + "/available_events");
  const auto first = all.find("syscalls:sys_enter_") + std::string("syscalls:").size();
  const std::string trigger =
      instance.folder() + "/events/syscalls/" + all.substr(first, all.find('\n', first) - first) + "/trigger";
  // Some 300 triggers: there is time for the signal.
  Process enabling(ftracectl_argv({"enable", "syscalls:sys_enter_*", "--trigger",
                                   "stacktrace:1 if common_pid==1", "--instance", instance.name()}));
  REQUIRE(eventually([&] { return contains(read_file(trigger), "stacktrace:count=1"); }));
  enabling.signal(SIGTERM);
  const auto finished = enabling.wait();
  CHECK(finished.status == 1);
  CHECK(contains(finished.err, "interrupted\nnothing was changed"));
  CHECK_FALSE(contains(read_file(trigger), "stacktrace:count=1"));
  CHECK(read_file(instance.folder() + "/set_event") == "");
}
