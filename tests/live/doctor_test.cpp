#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "support/live.hpp"
#include "support/process.hpp"
#include "support/text.hpp"

using namespace ftracectl::test;

namespace {

std::vector<std::string> with_prefix(std::vector<std::string> prefix,
                                     const std::vector<std::string>& arguments) {
  const auto argv = ftracectl_argv(arguments);
  prefix.insert(prefix.end(), argv.begin(), argv.end());
  return prefix;
}

/// As a user without any rights. The program is copied: where it was built may be closed to others.
Finished run_as_nobody(const std::vector<std::string>& arguments) {
  const std::string copy = "/tmp/ftracectl-test-" + std::to_string(getpid());
  std::filesystem::copy_file(ftracectl_argv({}).front(), copy,
                             std::filesystem::copy_options::overwrite_existing);
  std::vector<std::string> argv = {"setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", copy};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  auto finished = run(argv);
  std::filesystem::remove(copy);
  return finished;
}

/// In a mount namespace of its own, in which `script` has been run before.
Finished run_in_mounts(const std::string& script, const std::vector<std::string>& arguments) {
  return run(with_prefix({"unshare", "-m", "sh", "-c", script + "; exec \"$@\"", "sh"}, arguments));
}

Finished run_in_pid_namespace(const std::vector<std::string>& arguments) {
  return run(with_prefix({"unshare", "--pid", "--fork", "--mount-proc"}, arguments));
}

void need_namespaces() {
  tracing_folder();
  if (run({"unshare", "-m", "true"}).status != 0) skip("namespaces cannot be made here");
}

}  // namespace

TEST_CASE("doctor: tells what is there, and changes nothing") {
  const std::string folder = tracing_folder();
  const ScratchInstance instance("ftracectl_test_doctor");
  REQUIRE(write_file(instance.folder() + "/events/sched/sched_process_exec/enable", "1"));
  const std::string before = tracefs_snapshot();
  const std::string log = read_file(folder + "/error_log");
  const auto text = run_ftracectl({"doctor"});
  const auto verbose = run_ftracectl({"doctor", "--verbose"});
  const auto json = nlohmann::json::parse(run_ftracectl({"doctor", "--json"}).out);
  CHECK(tracefs_snapshot() == before);
  CHECK(read_file(folder + "/error_log") == log);
  CHECK(text.status == 0);
  CHECK(text.out.starts_with("tracing   possible\n"));
  CHECK(contains(text.out, "ftracectl_test_doctor"));
  CHECK(contains(text.out, "\nstacks    "));
  CHECK(json.at("user_stacks").at("names").is_boolean());
  CHECK(json.at("user_stacks").at("whole").is_boolean());
  CHECK(contains(verbose.out, "file uprobe_events"));
  CHECK(json.at("tracing_possible") == true);
  CHECK(json.at("events") > 100);
  for (const auto& feature : json.at("features")) {
    CAPTURE(feature.dump());
    const std::string known_by = feature.at("known_by");
    CHECK(!known_by.empty());
    if (!known_by.starts_with("file ") || contains(known_by, " of ")) continue;
    CHECK(feature.at("present") == std::filesystem::exists(folder + "/" + known_by.substr(5)));
  }
  for (const auto& buffer : json.at("buffers")) {
    if (buffer.at("instance") == "ftracectl_test_doctor") CHECK(buffer.at("events_on") == 1);
  }
}

TEST_CASE("doctor: what a killed run left is named, with what removes it") {
  Process gone({"true"});
  const std::string name = "ftracectl-" + std::to_string(gone.pid());
  gone.wait();
  const ScratchInstance left(name);
  const auto doctor = run_ftracectl({"doctor"});
  CHECK(doctor.status == 0);
  CHECK(contains(doctor.out, "instance '" + name + "' was left by a killed ftracectl\n"));
  CHECK(contains(doctor.out, "ftracectl instance remove " + name + "\n"));
  CHECK(run_ftracectl({"instance", "remove", name}).status == 0);
}

TEST_CASE("errors: without rights") {
  tracing_folder();
  for (const std::string command : {"status", "list"}) {
    const auto refused = run_as_nobody({command});
    CHECK(refused.status == 5);
    CHECK(contains(refused.err, "Permission denied\nonly root may do that"));
  }
  const auto doctor = run_as_nobody({"doctor"});
  CHECK(doctor.status == 5);
  CHECK(contains(doctor.out, "NOT POSSIBLE"));
  CHECK(contains(doctor.out, "mount -o remount,gid=GROUP,mode=750"));
}

TEST_CASE("errors: no tracefs, a read-only one, and one that shows nothing") {
  need_namespaces();
  const std::string gone = "umount -l -a -t tracefs; umount -l -a -t debugfs";
  const auto missing = run_in_mounts(gone, {"--no-private-mount", "list"});
  CHECK(missing.status == 5);
  CHECK(contains(missing.err, "tracefs is not mounted"));
  CHECK(contains(missing.err, "mount -t tracefs tracefs /sys/kernel/tracing"));
  CHECK(run_in_mounts(gone, {"doctor", "--no-private-mount"}).status == 5);

  const auto read_only = run_in_mounts("mount -o remount,bind,ro " + tracing_folder(), {"off"});
  CHECK(read_only.status == 5);
  CHECK(contains(read_only.err, "tracefs is mounted read-only here"));

  // The one folder of tracefs that can be empty stands for a whole tracefs under lockdown.
  if (!std::filesystem::is_empty(tracing_folder() + "/instances")) return;
  const auto empty = run_in_mounts(
      "mount --bind " + tracing_folder() + "/instances /mnt; " + "umount -l " + tracing_folder(),
      {"--tracefs", "/mnt", "list"});
  CHECK(empty.status == 5);
  CHECK(contains(empty.err, "/mnt: tracefs is mounted and empty"));
}

TEST_CASE("errors: in a pid namespace nothing is traced by pid") {
  need_namespaces();
  const std::string before = tracefs_snapshot();
  const auto command = run_in_pid_namespace({"capture", "--", "true"});
  CHECK(command.status == 5);
  CHECK(contains(command.err,
                 "capturing a command is not possible here: this is not the initial pid namespace"));
  const auto pid = run_in_pid_namespace({"capture", "--pid", "1", "--duration", "1s"});
  CHECK(pid.status == 5);
  CHECK(contains(pid.err, "--pid is not possible here"));
  const auto system = run_in_pid_namespace({"capture", "--duration", "200ms"});
  CHECK(system.status == 0);
  const auto doctor = run_in_pid_namespace({"doctor"});
  CHECK(doctor.status == 0);
  CHECK(contains(doctor.out, "a pid namespace of its own"));
  CHECK(contains(doctor.out, "this is not the initial pid namespace"));
  CHECK(tracefs_snapshot() == before);
}

TEST_CASE("errors: an event that is listed and gone, and one that never was") {
  const std::string folder = "/tmp/ftracectl-test-gone-" + std::to_string(getpid());
  std::filesystem::create_directories(folder + "/events/mod");
  run({"sh", "-c", "echo mod:gone > " + folder + "/available_events; : > " + folder + "/trace_pipe"});
  const auto gone = run_ftracectl({"--tracefs", folder, "format", "mod:gone"});
  CHECK(gone.status == 1);
  CHECK(contains(gone.err, "event mod:gone is gone: its module was unloaded"));
  const auto unknown = run_ftracectl({"--tracefs", folder, "format", "mod:gnoe"});
  CHECK(unknown.status == 1);
  CHECK(contains(unknown.err, "unknown event 'mod:gnoe'"));
  CHECK(contains(unknown.err, "mod:gone"));
  std::filesystem::remove_all(folder);
}

TEST_CASE("errors: a disk that is full, and an output that cannot be made") {
  tracing_folder();
  const auto full = run_ftracectl({"capture", "-o", "/dev/full", "--", "true"});
  CHECK(full.status == 1);
  CHECK(contains(full.err, "No space left on device"));
  const auto none = run_ftracectl({"capture", "-o", "/nonexistent/file", "--", "true"});
  CHECK(none.status == 1);
  CHECK(contains(none.err, "/nonexistent/file"));
}
