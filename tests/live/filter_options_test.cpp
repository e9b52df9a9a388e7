#include <doctest/doctest.h>
#include <unistd.h>

#include "support/control.hpp"
#include "support/text.hpp"

using namespace ftracectl::test;

namespace {

std::string filter_of(const ScratchInstance& instance) { return read_event_file(instance, "filter"); }

}  // namespace

TEST_CASE("filter options: what the kernel would refuse never reaches it") {
  const ScratchInstance instance("ftracectl_test_checked");
  const auto filter = control(instance, {"filter", exec_event, "common_pdi == 1"});
  CHECK(filter.status == 1);
  CHECK(contains(filter.err, "\n  common_pdi == 1\n  ^\ndid you mean common_pid?"));
  const auto dry = control(instance, {"enable", exec_event, "--filter", "common_pid = 1", "--dry-run"});
  CHECK(dry.status == 1);
  CHECK(contains(dry.err, "did you mean '=='?"));
  const auto trigger = control(instance, {"trigger", exec_event, "stacktrace if common_pdi == 1"});
  CHECK(trigger.status == 1);
  CHECK(contains(trigger.err, "\n  stacktrace if common_pdi == 1\n                ^\n"));
  const auto capture = run_ftracectl({"capture", "--filter", "nosuch == 1", "--", "true"});
  CHECK(capture.status == 1);
  // Nothing was written: a refused filter would be read back.
  CHECK(filter_of(instance) == "none\n");
  CHECK(read_file(instance.folder() + "/error_log").empty());
}

TEST_CASE("filter options: what the kernel accepts and cannot mean needs --force") {
  const ScratchInstance instance("ftracectl_test_forced");
  const auto refused = control(instance, {"filter", exec_event, "filename == \"/bin/ls\""});
  CHECK(refused.status == 1);
  CHECK(contains(refused.err, "write filename.ustring == \"/bin/ls\""));
  CHECK(filter_of(instance) == "none\n");
  CHECK(control(instance, {"filter", exec_event, "filename == \"/bin/ls\"", "--force"}).status == 0);
  CHECK(filter_of(instance) == "filename == \"/bin/ls\"\n");
  const auto noted = control(instance, {"filter", exec_event, "filename.ustring == \"/bin/ls\""});
  CHECK(noted.status == 0);
  CHECK(contains(noted.err, "misses strings on pages that are not in memory"));
}

TEST_CASE("filter options: pids, names and cpus become a filter") {
  const ScratchInstance instance("ftracectl_test_sugar");
  const std::string pid = std::to_string(getpid());
  CHECK(control(instance,
                {"filter", exec_event, "--pid", pid, "--comm", "*sh", "--cpu", "0", "common_type != 1"})
            .status == 0);
  CHECK(filter_of(instance) == "common_pid==" + pid + " && COMM ~ \"*[s]h\" && CPU==0 && common_type != 1\n");
  CHECK(control(instance, {"enable", exec_event, "--tid", "7,8", "--filter", "common_type != 1"}).status ==
        0);
  CHECK(filter_of(instance) == "(common_pid==7||common_pid==8) && common_type != 1\n");
  CHECK(control(instance, {"filter", exec_event, "--pid", "4194305"}).status == 1);
  CHECK(control(instance, {"filter", exec_event, "--cpu", "1-0"}).status == 2);
}

TEST_CASE("filter options: a name's end matches as one would expect") {
  const ScratchInstance instance("ftracectl_test_comm");
  REQUIRE(control(instance, {"enable", exec_event, "--comm", "*ash"}).status == 0);
  CHECK(run({"bash", "-c", "/bin/true; :"}).status == 0);
  CHECK(contains(read_file(instance.folder() + "/trace"), "sys_execve("));
}

TEST_CASE("filter options: capture selects execs by their file on finished records") {
  tracing_folder();
  const std::vector<std::string> work = {"--", "sh", "-c",
                                         "/bin/true; /bin/ls / > /dev/null; /bin/nosuch; :"};
  const auto capture = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"capture", "--format", "jsonl"});
    arguments.insert(arguments.end(), work.begin(), work.end());
    return run_ftracectl(arguments);
  };
  const auto by_name = capture({"--name", "tru?"});
  CHECK(contains(by_name.out, "\"filename\":\"/bin/true\""));
  CHECK_FALSE(contains(by_name.out, "\"filename\":\"/bin/ls\""));
  const auto by_file = capture({"--filename", "/bin/l*"});
  CHECK(contains(by_file.out, "\"filename\":\"/bin/ls\""));
  CHECK_FALSE(contains(by_file.out, "\"filename\":\"/bin/true\""));
  CHECK(run_ftracectl({"capture", "sched:sched_switch", "--name", "x"}).status == 2);
}

TEST_CASE("filter options: filters and triggers of an instance that is still to be made are checked, too") {
  tracing_folder();
  const std::string name = "ftracectl_test_new_" + std::to_string(getpid());
  const auto enable = [&](const std::string& filter, const std::string& trigger) {
    return run_ftracectl(
        {"enable", exec_event, "--instance", name, "--filter", filter, "--trigger", trigger});
  };
  CHECK(enable("common_pdi == 1", "stacktrace").status == 1);
  CHECK(enable("common_pid == 1", "stacktrce").status == 1);
  CHECK(read_file(tracing_folder() + "/instances/" + name + "/tracing_on").empty());
  CHECK(enable("common_pid == 1", "stacktrace").status == 0);
  CHECK(run_ftracectl({"instance", "remove", name}).status == 0);
}

TEST_CASE("filter options: a word that only some kernels know is found out before it is written") {
  const std::vector<std::string> filters = {"cpu & CPUS{0}", "prev_state.function != schedule",
                                            "common_cpu == 0"};
  const ScratchInstance instance("ftracectl_test_newer");
  const std::string file = instance.folder() + "/events/sched/sched_switch/filter";
  const auto instances = instance_names();
  for (const auto& text : filters) {
    CAPTURE(text);
    const bool is_known = write_file(file, text);
    write_file(file, "0");
    const auto finished = control(instance, {"filter", "sched:sched_switch", text});
    CHECK(finished.status == (is_known ? 0 : 5));
    CHECK(contains(finished.err, "this kernel's filters do not have '") == !is_known);
    CHECK(read_file(file) == (is_known ? text + "\n" : "none\n"));
    CHECK(instance_names() == instances);
  }
  const bool has_masks = write_file(file, filters[0]);
  const auto capture = run_ftracectl(
      {"capture", "sched:sched_switch", "--filter", filters[0], "-o", "/dev/null", "--", "true"});
  CHECK(capture.status == (has_masks ? 0 : 5));
  CHECK(instance_names() == instances);
}
