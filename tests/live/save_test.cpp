// capture --save: decoding the folder gives what the capture gave, also after the capture was killed.

#include <doctest/doctest.h>

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "support/live.hpp"
#include "support/process.hpp"
#include "support/record_schema.hpp"
#include "support/records.hpp"
#include "support/temporary_folder.hpp"
#include "support/text.hpp"
#include "support/workload.hpp"

using namespace ftracectl::test;
using nlohmann::json;

namespace {

/// A capture that was saved: its records, and those of its folder.
struct Saved {
  TemporaryFolder folder;
  Finished live;
  Finished decoded;

  std::string path() const { return folder.path() + "/saved"; }
  std::string records() const { return read_file(folder.path() + "/records"); }
  std::string file(const std::string& name) const { return read_file(path() + "/" + name); }
};

/// `capture --save … ARGUMENTS` and then `decode`, the latter where there is no tracefs.
void capture_and_decode(Saved& saved, std::vector<std::string> arguments, const std::string& format) {
  tracing_folder();
  arguments.insert(arguments.begin(), {"capture", "--save", saved.path(), "--format", format, "-o",
                                       saved.folder.path() + "/records"});
  saved.live = run_ftracectl(arguments, std::chrono::seconds(60));
  saved.decoded = run_ftracectl({"decode", saved.path(), "--format", format, "--tracefs", "/nowhere"},
                                std::chrono::seconds(60));
  INFO(saved.live.err);
  INFO(saved.decoded.err);
  CHECK(saved.decoded.status == 0);
}

/// Line by line, so that a difference is seen.
void check_same(const std::string& live, const std::string& decoded) {
  const auto live_lines = ftracectl::split_lines(live);
  const auto decoded_lines = ftracectl::split_lines(decoded);
  REQUIRE(live_lines.size() > 1);
  for (std::size_t i = 0; i < live_lines.size() && i < decoded_lines.size(); ++i) {
    if (decoded_lines[i] != live_lines[i]) REQUIRE(decoded_lines[i] == live_lines[i]);
  }
  CHECK(decoded == live);
}

/// Captures, decodes and compares. Gives the live records.
std::vector<json> check_capture(const std::vector<std::string>& arguments) {
  Saved saved;
  capture_and_decode(saved, arguments, "jsonl");
  check_same(saved.records(), saved.decoded.out);
  check_records_if_possible(saved.records());
  CHECK(json::parse(saved.file("manifest.json"))["finished"] == true);
  CHECK(std::filesystem::status(saved.path()).permissions() == std::filesystem::perms::owner_all);
  return parse_json_lines(saved.records());
}

/// Where the unified hierarchy of cgroups is mounted; empty where it is not.
std::string first_cgroup2_mount() {
  const std::string mounts = read_file("/proc/mounts");
  for (const auto line : ftracectl::split_lines(mounts)) {
    const auto words = ftracectl::split(line, ' ');
    if (words.size() > 2 && words[2] == "cgroup2") return std::string(words[1]);
  }
  return {};
}

const std::string burst = "i=0; while [ $i -lt " + std::to_string(400 / slowness()) +
                          " ]; do /bin/true $i & i=$((i+1)); done; wait; /nonexistent/x; exec /bin/sleep 0.1";

}  // namespace

TEST_CASE("save: the workload's records come out of the folder as they came live") {
  tracing_folder();
  const TemporaryFolder files;
  const auto records = check_capture({"--", workload_program(), "--linger", "20", "--dir", files.path()});
  CHECK(of_type(records, "exec").size() > 50);
  std::size_t with_argv = 0;
  for (const auto& exec : of_type(records, "exec")) with_argv += !exec["argv"].is_null();
  CHECK(with_argv > 10);
  const auto stacks = check_capture({"--stacktrace", "--", workload_program(), "--dir", files.path()});
  CHECK(of_type(stacks, "exec").front().contains("stack"));
  const auto ends = check_capture(
      {"--lifetime", "--userstack", "--args", "proc", "--", workload_program(), "--dir", files.path()});
  CHECK(of_type(ends, "exit").size() > 10);
  // Records that wait until it is certain what user they tell.
  for (const char* source : {"text", "raw"}) {
    check_capture({"--source", source, "--lifetime", "--", workload_program(), "--linger", "20", "--dir",
                   files.path(), "users", "user-chain"});
  }
}

TEST_CASE(
    "save: folder, cgroup and container of each process, failed execs too, come out as they were live") {
  tracing_folder();
  const TemporaryFolder folder;
  // What fails lives on: looked for in /proc later, it would be gone.
  const std::string script = "shopt -s execfail; cd " + folder.path() +
                             "; exec /nonexistent/x; /bin/sleep 0.1; cd /; exec /bin/sleep 0.1";
  const auto records =
      of_type(check_capture({"--with", "cwd,cgroup,container", "--", "bash", "-c", script}), "exec");
  REQUIRE(records.size() == 4);
  std::string here = std::filesystem::canonical(folder.path());
  CHECK(records[0].at("cwd") == std::filesystem::current_path().string());
  CHECK(records[1].at("status") == "failed");
  CHECK(records[1].at("cwd") == here);
  CHECK(records[2].at("cwd") == here);
  CHECK(records[3].at("cwd") == "/");
  const std::string own = read_file("/proc/self/cgroup");
  for (const auto& record : records) {
    CHECK(record.at("cwd_from") == "proc");
    if (own.empty()) continue;  // a kernel without cgroups
    CHECK(contains(own, ":" + record.at("cgroup").get<std::string>() + "\n"));
    CHECK(record.at("cgroup_from") == "proc");
  }
  const auto plain = check_capture({"--with", "container", "--", "true"});
  const auto plain_exec = of_type(plain, "exec").front();
  CHECK_FALSE(plain_exec.contains("cwd"));
  CHECK_FALSE(plain_exec.contains("cgroup"));
  CHECK(plain_exec.contains("container"));
  CHECK(run_ftracectl({"capture", "--with", "cwd,home", "--", "true"}).status == 2);
  CHECK(run_ftracectl({"capture", "sched:sched_switch", "--with", "cwd", "--", "true"}).status == 2);
}

TEST_CASE("save: a process in a container's cgroup has the container's id") {
  tracing_folder();
  const std::string id(64, 'a');
  const std::string mount = first_cgroup2_mount();
  const std::string base = mount + "/ftracectl_test_" + std::to_string(getpid());
  if (mount.empty()) skip("cgroup2 is not mounted");
  std::error_code error;
  if (!std::filesystem::create_directory(base, error)) skip(base + " cannot be made: " + error.message());
  const std::string cgroup = base + "/docker-" + id + ".scope";
  std::filesystem::create_directory(cgroup);
  const auto records =
      of_type(check_capture({"--with", "container,cgroup", "--", "sh", "-c",
                             "/bin/sleep 0.1; echo $$ >" + cgroup + "/cgroup.procs; /bin/sleep 0.1"}),
              "exec");
  // A cgroup of which the last process has just gone is busy for a moment.
  CHECK(eventually([&] { return rmdir(cgroup.c_str()) == 0 || errno == ENOENT; }));
  CHECK(rmdir(base.c_str()) == 0);
  REQUIRE(records.size() == 3);
  CHECK(records[1].at("container") != id);
  CHECK(records[2].at("container") == id);
  CHECK(records[2].at("container_from") == "cgroup");
  CHECK(records[2].at("cgroup").get<std::string>().ends_with("/docker-" + id + ".scope"));
}

TEST_CASE("save: a burst, with and without stacks, is decoded to the same records") {
  for (const std::string option : {"--strict", "--stacktrace"}) {
    CAPTURE(option);
    const auto records = check_capture({option, "--", "sh", "-c", burst});
    CHECK(of_type(records, "exec").size() > 50);
    CHECK(records.back()["kernel"]["read"] == records.back()["entries"]);
  }
}

TEST_CASE("save: filters and globs of the capture hold for the folder too") {
  const std::string script = "/bin/sleep 0.1; /bin/true; exec /bin/sleep 0.1";
  auto records = check_capture({"--name", "sl*", "--", "sh", "-c", script});
  CHECK(of_type(records, "exec").size() == 2);
  records = check_capture({"--filter", "comm == \"ftracectl\"", "--", "sh", "-c", script});
  CHECK(of_type(records, "exec").size() == 1);
}

TEST_CASE("save: other events, and lost ones, are decoded to the same records") {
  auto records = check_capture({"sched:sched_switch", "sched:sched_process_fork", "--stacktrace",
                                "--duration", "500ms", "--", "sh", "-c", burst});
  CHECK(of_type(records, "event").size() > 10);
  // Nobody reads the smallest of buffers meanwhile: the parent is the capture.
  const std::string unread = "kill -STOP $PPID; i=0; while [ $i -lt " + std::to_string(400 / slowness()) +
                             " ]; do /bin/true; i=$((i+1)); done; kill -CONT $PPID";
  for (const std::string source : {"text", "raw"}) {
    CAPTURE(source);
    records = check_capture({"sched:sched_process_fork", "sched:sched_process_exit", "--stacktrace",
                             "--source", source, "--buffer-size", "8K", "--", "sh", "-c", unread});
    CHECK(records.back()["lost"] > 0);
    CHECK(of_type(records, "lost").size() > 0);
  }
}

TEST_CASE("save: the whole system, with tasks that were there before") {
  tracing_folder();
  const Process shell({"sh", "-c", "while :; do /bin/true; done"});
  const auto records = check_capture({"--duration", "500ms"});
  const auto execs = of_type(records, "exec");
  const bool has_parent =
      std::any_of(execs.begin(), execs.end(), [&](const json& exec) { return exec["ppid"] == shell.pid(); });
  CHECK(has_parent);
}

TEST_CASE("save: the table for people is the same too") {
  Saved saved;
  capture_and_decode(saved, {"--", "sh", "-c", "/bin/sleep 0.1; /nonexistent/x"}, "text");
  check_same(saved.records(), saved.decoded.out);
}

TEST_CASE("save: what is printed is what is printed without") {
  tracing_folder();
  const TemporaryFolder folder;
  const Finished finished =
      run_ftracectl({"capture", "--save", folder.path(), "--", "sh", "-c", "/bin/sleep 0.1; exit 3"});
  CHECK(finished.status == 3);
  CHECK(contains(finished.out, "/bin/sleep 0.1"));
  CHECK(contains(finished.err, "2 records"));
}

TEST_CASE("save: a folder that is not empty is left alone, and nothing is started") {
  tracing_folder();
  const std::string before = tracefs_snapshot();
  const TemporaryFolder folder;
  const std::string kept = folder.path() + "/kept";
  REQUIRE(std::filesystem::create_directory(kept));
  const Finished finished =
      run_ftracectl({"capture", "--save", folder.path(), "--", "touch", folder.path() + "/ran"});
  CHECK(finished.status == 2);
  CHECK(contains(finished.err, folder.path() + ": "));
  CHECK_FALSE(std::filesystem::exists(folder.path() + "/ran"));
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
  CHECK(tracefs_snapshot() == before);
}

TEST_CASE("save: a folder that cannot be written is said before anything is started") {
  tracing_folder();
  const std::string before = tracefs_snapshot();
  const TemporaryFolder folder;
  const Finished finished =
      run_ftracectl({"capture", "--save", "/proc/nowhere", "--", "touch", folder.path() + "/ran"});
  CHECK(finished.status == 1);
  CHECK(contains(finished.err, "/proc/nowhere"));
  CHECK_FALSE(std::filesystem::exists(folder.path() + "/ran"));
  CHECK(tracefs_snapshot() == before);
}

TEST_CASE("save: after kill -9 in the middle all that was told can be decoded") {
  tracing_folder();
  for (const char* option : {"--strict", "--stacktrace"}) {
    CAPTURE(option);
    const TemporaryFolder folder;
    const std::string saved = folder.path() + "/saved";
    const std::string output = folder.path() + "/records";
    const Process noise({"sh", "-c", "while :; do /bin/true 1 & /bin/true 2; wait; done"});
    Process session(ftracectl_argv({"capture", option, "--save", saved, "--format", "jsonl", "-o", output}));
    const auto has_some = [&] { return read_file(output).size() > 60'000; };
    REQUIRE(eventually(has_some, std::chrono::seconds(20)));
    session.signal(SIGKILL);
    CHECK(session.wait().status == 137);

    std::string live = read_file(output);
    live.resize(live.rfind('\n') + 1);
    const Finished decoded = run_ftracectl({"decode", saved, "--format", "jsonl", "--tracefs", "/nowhere"});
    CHECK(decoded.status == 0);
    CHECK(contains(decoded.err, "cut off"));
    CHECK(json::parse(read_file(saved + "/manifest.json"))["finished"] == false);
    REQUIRE(decoded.out.size() >= live.size());
    check_same(live, decoded.out.substr(0, live.size()));
    const auto records = parse_json_lines(decoded.out);
    CHECK(of_type(records, "exec").size() > 50);
    CHECK(of_type(records, "malformed").size() <= 1);
    CHECK(run_ftracectl({"decode", saved, "--strict"}).status == 4);
    check_records_if_possible(decoded.out);
  }
}

TEST_CASE("decode: standard input, by the running kernel's formats or by the folder's") {
  Saved saved;
  capture_and_decode(
      saved, {"--source", "text", "--args", "none", "--", "sh", "-c", "/bin/sleep 0.1; /nonexistent/x"},
      "jsonl");
  for (const std::string& formats : {std::string(), " --formats " + saved.path()}) {
    CAPTURE(formats);
    const std::string program = ftracectl_argv({}).front();
    const Finished decoded =
        run({"sh", "-c",
             "cat " + saved.path() + "/trace_pipe.txt | " + program + " decode - --format jsonl" + formats});
    CHECK(decoded.status == 0);
    CHECK(contains(decoded.err, "running kernel") == formats.empty());
    const auto execs = of_type(parse_json_lines(decoded.out), "exec");
    const auto live = of_type(parse_json_lines(saved.records()), "exec");
    REQUIRE(execs.size() == live.size());
    for (std::size_t i = 0; i < execs.size(); ++i) {
      for (const char* key : {"ts_ns", "pid", "tid", "filename", "ret", "status", "new_comm"}) {
        CHECK(execs[i][key] == live[i][key]);
      }
      CHECK(execs[i]["argv"].is_null());
    }
  }
}
