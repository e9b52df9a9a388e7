#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "support/live.hpp"
#include "support/process.hpp"
#include "support/text.hpp"

using namespace ftracectl::test;

namespace {

const std::string exec_event = "sched:sched_process_exec";
const std::string exec_files = "/events/sched/sched_process_exec/";

std::string folder_of(const std::string& name) { return tracing_folder() + "/instances/" + name; }

bool exists(const std::string& name) { return std::filesystem::exists(folder_of(name)); }

/// An instance that the program under test is to make, removed at the end if it has.
class ExpectedInstance {
 public:
  explicit ExpectedInstance(std::string name) : name_(std::move(name)) { rmdir(folder_of(name_).c_str()); }
  ~ExpectedInstance() { rmdir(folder_of(name_).c_str()); }
  ExpectedInstance(const ExpectedInstance&) = delete;
  ExpectedInstance& operator=(const ExpectedInstance&) = delete;

 private:
  std::string name_;
};

Finished on(const ScratchInstance& instance, std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--instance", instance.name()});
  return run_ftracectl(arguments);
}

nlohmann::json find_instance(const std::string& name) {
  const auto list = nlohmann::json::parse(run_ftracectl({"instance", "list", "--json"}).out);
  for (const auto& instance : list) {
    if (instance.at("instance") == name) return instance;
  }
  return nullptr;
}

/// Whether the buffer's `trace` has the text.
bool recorded(const ScratchInstance& instance, const std::string& text) {
  return contains(read_file(instance.folder() + "/trace"), text);
}

}  // namespace

TEST_CASE("instance: create, list and remove, of which the first is all or nothing") {
  const ExpectedInstance one("ftracectl_test_one");
  const ExpectedInstance two("ftracectl_test_two");
  REQUIRE(run_ftracectl({"instance", "create", "ftracectl_test_one"}).status == 0);
  const auto again = run_ftracectl({"instance", "create", "ftracectl_test_two", "ftracectl_test_one"});
  CHECK(again.status == 1);
  CHECK(contains(again.err, "instance 'ftracectl_test_one' already exists"));
  CHECK(!exists("ftracectl_test_two"));
  const auto listed = find_instance("ftracectl_test_one");
  REQUIRE(listed.is_object());
  CHECK(listed.at("tracing_on") == true);
  CHECK(listed.at("events_on") == 0);
  CHECK(listed.at("readers").empty());
  CHECK(contains(run_ftracectl({"instance", "list"}).out, "ftracectl_test_one  "));
  CHECK(run_ftracectl({"instance", "remove", "ftracectl_test_one"}).status == 0);
  CHECK(!exists("ftracectl_test_one"));
  CHECK(run_ftracectl({"instance", "remove", "ftracectl_test_one"}).status == 1);
}

TEST_CASE("instance: names that could lead elsewhere are refused") {
  const std::string before = tracefs_snapshot();
  for (const std::string bad : {"../x", "a/b", "..", ".", "", "ftracectl-123"}) {
    CAPTURE(bad);
    CHECK(run_ftracectl({"instance", "create", bad}).status == 2);
    CHECK(run_ftracectl({"enable", exec_event, "--instance", bad}).status == 2);
  }
  CHECK(run_ftracectl({"instance", "remove", "../events"}).status == 2);
  CHECK(run_ftracectl({"instance", "remove", ""}).status == 1);
  CHECK(tracefs_snapshot() == before);
}

TEST_CASE("instance: one that is in use is not removed, and who uses it is said") {
  const ScratchInstance instance("ftracectl_test_busy");
  Process reader({"cat", instance.folder() + "/trace_pipe"});
  while (find_instance(instance.name()).at("readers").empty()) usleep(10000);
  const std::string who = "cat (pid " + std::to_string(reader.pid()) + ")";
  const auto refused = run_ftracectl({"instance", "remove", instance.name()});
  CHECK(refused.status == 1);
  CHECK(contains(refused.err, who + " has trace_pipe open"));
  CHECK(std::filesystem::exists(instance.folder()));
  CHECK(contains(run_ftracectl({"instance", "list"}).out, who));
  SUBCASE("nor is its pipe read a second time") {
    const auto second = on(instance, {"stream", "--drain"});
    CHECK(second.status == 1);
    CHECK(contains(second.err, instance.folder() + "/trace_pipe: " + who + " is already reading it"));
  }
}

TEST_CASE("instance: enable, filter, trigger and set make the one they name") {
  const ExpectedInstance made("ftracectl_test_made");
  const std::vector<std::vector<std::string>> commands = {{"enable", exec_event},
                                                          {"filter", exec_event, "pid==1"},
                                                          {"trigger", exec_event, "stacktrace"},
                                                          {"set", "--clock", "mono"}};
  for (auto command : commands) {
    CAPTURE(command.front());
    command.insert(command.end(), {"--instance", "ftracectl_test_made"});
    const auto done = run_ftracectl(command);
    CHECK(done.status == 0);
    CHECK(contains(done.err, "instance 'ftracectl_test_made' was created"));
    CHECK(run_ftracectl({"instance", "remove", "ftracectl_test_made"}).status == 0);
  }
  SUBCASE("but not when the command fails") {
    const auto refused =
        run_ftracectl({"enable", exec_event, "--filter", "nosuch==1", "--instance", "ftracectl_test_made"});
    CHECK(refused.status == 1);
    CHECK(!exists("ftracectl_test_made"));
  }
  SUBCASE("nor in a dry run") {
    const auto dry = run_ftracectl({"enable", exec_event, "--dry-run", "--instance", "ftracectl_test_made"});
    CHECK(contains(dry.out, "mkdir instances/ftracectl_test_made\n"));
    CHECK(!exists("ftracectl_test_made"));
  }
  SUBCASE("nor to look at it or to take something back") {
    for (const std::string command : {"filter", "trigger", "disable"}) {
      const auto missing = run_ftracectl({command, exec_event, "--instance", "ftracectl_test_made"});
      CHECK(missing.status == 1);
      CHECK(contains(missing.err, "ftracectl instance create ftracectl_test_made"));
    }
    CHECK(!exists("ftracectl_test_made"));
  }
}

TEST_CASE("on, off and clear work on the buffer they are pointed at") {
  const ScratchInstance instance("ftracectl_test_onoff");
  const ScratchInstance other("ftracectl_test_other");
  for (const auto* buffer : {&instance, &other})
    REQUIRE(write_file(buffer->folder() + "/trace_marker", "hello"));
  CHECK(on(instance, {"off"}).status == 0);
  CHECK(read_file(instance.folder() + "/tracing_on") == "0\n");
  CHECK(read_file(other.folder() + "/tracing_on") == "1\n");
  CHECK(recorded(instance, "hello"));
  CHECK(contains(on(instance, {"enable", exec_event}).err, "'ftracectl on --instance ftracectl_test_onoff'"));
  CHECK(on(instance, {"clear"}).status == 0);
  CHECK(!recorded(instance, "hello"));
  CHECK(recorded(other, "hello"));
  CHECK(on(instance, {"on"}).status == 0);
  CHECK(read_file(instance.folder() + "/tracing_on") == "1\n");
}

TEST_CASE("set: clock, size and options are in force, and a refused size leaves all as it was") {
  const ScratchInstance instance("ftracectl_test_set");
  const auto set = on(instance, {"set", "--clock", "mono", "--buffer-size", "2M", "--option", "noirq-info"});
  CHECK(set.status == 0);
  CHECK(contains(set.err, "begins empty"));
  CHECK(contains(read_file(instance.folder() + "/trace_clock"), "[mono]"));
  CHECK(read_file(instance.folder() + "/options/irq-info") == "0\n");
  const std::string size = read_file(instance.folder() + "/buffer_size_kb");
  CHECK(std::stoi(size) >= 2048);
  const auto refused =
      on(instance, {"set", "--buffer-size", "900G", "--clock", "boot", "--option", "irq-info"});
  CHECK(refused.status == 1);
  CHECK(contains(refused.err, "the kernel refuses a buffer of 943718400 KiB a cpu: Cannot allocate memory"));
  CHECK(contains(refused.err, " are free"));
  CHECK(contains(refused.err, "nothing was changed"));
  CHECK(read_file(instance.folder() + "/buffer_size_kb") == size);
  CHECK(contains(read_file(instance.folder() + "/trace_clock"), "[mono]"));
  CHECK(on(instance, {"set", "--clock", "nosuch"}).status == 5);
  CHECK(contains(on(instance, {"set", "--option", "nosuch"}).err, "no option 'nosuch'; known: annotate"));
}

TEST_CASE("reset: the buffer is as the kernel makes it, and no other changes") {
  const std::string before = tracefs_snapshot();
  {
    const ScratchInstance fresh("ftracectl_test_fresh");
    const ScratchInstance instance("ftracectl_test_reset");
    const auto reads_as_fresh = [&](const std::string& file) {
      CAPTURE(file);
      CHECK(read_file(instance.folder() + "/" + file) == read_file(fresh.folder() + "/" + file));
    };
    REQUIRE(on(instance, {"enable", exec_event, "--filter", "pid==1", "--trigger", "stacktrace:3"}).status ==
            0);
    REQUIRE(
        on(instance, {"set", "--clock", "mono", "--buffer-size", "3M", "--option", "stacktrace"}).status ==
        0);
    REQUIRE(on(instance, {"off"}).status == 0);
    REQUIRE(write_file(instance.folder() + "/set_event_pid", std::to_string(getpid())));
    REQUIRE(write_file(instance.folder() + "/set_event_notrace_pid", std::to_string(getpid())));
    REQUIRE(write_file(instance.folder() + "/tracing_cpumask", "1"));

    const auto dry = on(instance, {"reset", "--dry-run"});
    CHECK(dry.status == 0);
    CHECK(contains(dry.out, "pid==1 -> none"));
    const auto asked = on(instance, {"reset"});
    CHECK(asked.status == 2);  // standard input is no terminal
    CHECK(contains(asked.err, "--yes"));
    CHECK(read_file(instance.folder() + exec_files + "enable") == "1*\n");

    CHECK(on(instance, {"reset", "--yes"}).status == 0);
    for (const std::string file :
         {"set_event", "set_event_pid", "set_event_notrace_pid", "trace_options", "trace_clock",
          "buffer_size_kb", "tracing_cpumask", "tracing_on", "current_tracer"}) {
      reads_as_fresh(file);
    }
    for (const std::string file : {"enable", "filter", "trigger"}) reads_as_fresh(exec_files + file);
    CHECK(contains(on(instance, {"reset"}).err, "in its initial state"));
  }
  CHECK(tracefs_snapshot() == before);
}
