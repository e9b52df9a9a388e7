// What the workload says it did, against what was captured of it, attempt by attempt. The same test on every
// kernel; what a kernel cannot tell is said by `KernelLimits` alone, and in the README.

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>

#include "support/live.hpp"
#include "support/process.hpp"
#include "support/workload.hpp"

using namespace ftracectl::test;
using nlohmann::json;

namespace {

/// What kernels cannot tell.
struct KernelLimits {
  /// The file name of an exec that failed is told by kernels whose syscall events carry strings (7.3).
  bool tells_names_of_failures = false;
};

KernelLimits limits_of_this_kernel() {
  const std::string format = read_file(tracing_folder() + "/events/syscalls/sys_enter_execve/format");
  return {format.find("__filename_val") != std::string::npos};
}

void check_name_of_failure(const json& record, const json& exec, const KernelLimits& limits) {
  if (record.at("filename_from") == "eprobe") {
    CHECK(bytes_of(record, "filename") == bytes_of(exec, "path").substr(0, 4095));
    CHECK(is_cut(record, "filename") == (bytes_of(exec, "path").size() >= 4095));
    return;
  }
  if (record.at("filename_from") == "uprobe") {
    const bool cut = is_cut(record, "filename");
    check_fetched(bytes_of(record, "filename"), bytes_of(exec, "path"), cut);
    CHECK(cut == (bytes_of(exec, "path").size() >= 128));
    return;
  }
  const auto filename = optional_bytes(record, "filename");
  const std::string path = as_printed(bytes_of(exec, "path"));
  if (!limits.tells_names_of_failures || path.empty()) {
    CHECK_FALSE(filename);
    return;
  }
  REQUIRE(filename);
  CHECK(record.at("filename_from") == "kernel");
  CHECK(is_cut(record, "filename") == (path.size() > 127));
  if (is_cut(record, "filename")) {
    CHECK(filename->size() >= 63);
    CHECK(path.starts_with(*filename));
  } else {
    CHECK(*filename == path);
  }
}

/// A task's name after an exec: the first 15 bytes of the file's name.
std::string name_from(const std::string& path) { return path.substr(path.rfind('/') + 1).substr(0, 15); }

void check_success(const json& record, const json& exec) {
  CHECK(optional_bytes(record, "filename") == bytes_of(exec, "shown"));
  CHECK(record.at("filename_from") == "sched_process_exec");
  // The name that execveat gives depends on the kernel.
  if (exec.at("syscall") == "execve") {
    CHECK(optional_bytes(record, "new_comm") == name_from(bytes_of(exec, "shown")));
  }
}

/// As an eprobe fetches them: up to 16, and whole.
void check_fetched_whole(const std::vector<std::string>& argv, const std::vector<std::string>& truth,
                         const json& record) {
  CHECK(is_cut(record, "argv") == (truth.size() >= 16));
  REQUIRE(argv.size() == std::min<std::size_t>(truth.size(), 16));
  for (std::size_t i = 0; i < argv.size(); ++i) CHECK(argv[i] == truth[i].substr(0, 4095));
}

/// What the call was made with, or, from /proc, what the program got.
void check_arguments(const json& record, const json& exec) {
  if (record.at("argv").is_null()) return;
  const auto argv = byte_strings_of(record, "argv");
  if (record.at("argv_from") == "proc") {
    CHECK(argv == byte_strings_of(exec, "runs"));
    return;
  }
  if (record.at("argv_from") == "eprobe")
    return check_fetched_whole(argv, byte_strings_of(exec, "argv"), record);
  CHECK(record.at("argv_from") == "uprobe");
  check_fetched(argv, byte_strings_of(exec, "argv"), is_cut(record, "argv"));
}

void check_exec(const json& record, const json& exec, const KernelLimits& limits) {
  CAPTURE(exec.dump(-1, ' ', false, json::error_handler_t::replace).substr(0, 400));
  CAPTURE(record.dump().substr(0, 400));
  for (const char* key : {"pid", "tid", "ppid", "syscall"}) {
    CAPTURE(key);
    CHECK(record.at(key) == exec.at(key));
  }
  CHECK(optional_bytes(record, "comm") == bytes_of(exec, "comm"));
  // It may be too late to ask for it, but what is told is true.
  if (!record.at("uid").is_null()) CHECK(record.at("uid") == exec.at("uid"));
  const int error = exec.at("errno").get<int>();
  CHECK(record.at("ret") == -error);
  CHECK(record.at("status") == (error == 0 ? "ok" : "failed"));
  check_arguments(record, exec);
  if (error != 0) {
    CHECK(record.at("error") == exec.at("error"));
    check_name_of_failure(record, exec, limits);
  } else {
    CHECK(record.at("error").is_null());
    check_success(record, exec);
  }
}

/// The records of each task, in their order.
std::map<int, std::vector<json>> by_task(const std::vector<json>& records) {
  std::map<int, std::vector<json>> tasks;
  for (const auto& record : records) tasks[record.at("tid").get<int>()].push_back(record);
  return tasks;
}

/// Every exec of the truth has its record, in the task's order, and there is no other record.
void check_all(const CapturedWorkload& run) {
  const KernelLimits limits = limits_of_this_kernel();
  CHECK(run.summary.at("lost") == 0);
  CHECK(run.summary.at("malformed") == 0);
  for (const auto& record : run.records) REQUIRE(record.at("type") == "exec");
  auto tasks = by_task(run.records);
  const auto take = [&](const json& tid) -> std::optional<json> {
    auto& left = tasks[tid.get<int>()];
    if (left.empty()) return std::nullopt;
    json first = left.front();
    left.erase(left.begin());
    return first;
  };
  for (const auto& line : run.truth) {
    if (line.at("type") != "exec" && line.at("type") != "start") continue;
    const auto record = take(line.contains("tid") ? line.at("tid") : line.at("pid"));
    CAPTURE(line.dump(-1, ' ', false, json::error_handler_t::replace).substr(0, 400));
    REQUIRE(record);
    if (line.at("type") == "exec") {
      check_exec(*record, line, limits);
    } else {
      CHECK(record->at("filename") == run.program);
      if (!is_cut(*record, "argv")) CHECK(record->at("argv") == line.at("argv"));
    }
  }
  for (const auto& task : tasks) {
    CAPTURE(task.first);
    CHECK(task.second.empty());
  }
}

/// Captures tasks that change their user again and again, and checks the user of each record.
void check_users(const std::vector<std::string>& options, const std::string& program) {
  if (geteuid() != 0) skip("it takes root to become somebody else");
  CAPTURE(options);
  CAPTURE(program);
  const auto run = capture_workload(options, {"users", "user-chain", "plain"}, program);
  check_all(run);
  std::size_t known = 0;
  for (const auto& record : run.records) known += record.at("uid").is_null() ? 0 : 1;
  CAPTURE(known);
  // Those who have not changed it yet: the workload itself, a fourth of the processes, and the last one.
  CHECK(known >= 22);
}

}  // namespace

TEST_CASE("workload: each exec is one record, with its task, names, arguments and result") {
  const auto run = capture_workload({}, {});
  CHECK(run.records.size() > 100);
  check_all(run);
  // Arguments are read from /proc, and there is time enough for that.
  const auto succeeded = [](const json& record) { return record.at("status") == "ok"; };
  const auto count = std::count_if(run.records.begin(), run.records.end(), succeeded);
  const auto known = std::count_if(run.records.begin(), run.records.end(),
                                   [](const json& record) { return !record.at("argv").is_null(); });
  CAPTURE(count);
  CHECK(known * 100 >= count * 95);
}

TEST_CASE("workload: failed execs have their names and arguments where the C library's execve is called") {
  if (!std::filesystem::exists(tracing_folder() + "/uprobe_events")) skip("this kernel has no uprobes");
  // An emulator takes half a minute for all of them.
  const std::vector<std::string> some = {"plain",          "enoent",         "eacces",       "newlines",
                                         "invalid-utf8",   "empty-args",     "long300",      "many60",
                                         "script",         "odd-path",       "enametoolong", "path-retries",
                                         "execveat-fails", "thread-retries", "posix-spawn",  "vfork"};
  const std::vector<std::string> all;
  const auto run =
      capture_workload({"--args", "uprobe"}, slowness() == 1 ? all : some, shared_workload_program());
  check_all(run);
  int failed = 0;
  int named = 0;
  int with_argv = 0;
  for (const auto& record : run.records) {
    if (record.at("status") != "failed") continue;
    ++failed;
    named += record.at("filename").is_null() ? 0 : 1;
    with_argv += record.at("argv").is_null() ? 0 : 1;
  }
  CAPTURE(failed);
  // The workload makes some calls without the library, and some with bad pointers.
  CHECK(named * 100 >= failed * 75);
  CHECK(with_argv * 100 >= failed * 75);
  const auto none = capture_workload({"--args", "none"}, {"plain", "enoent"}, shared_workload_program());
  for (const auto& record : none.records) CHECK(record.at("argv").is_null());
}

TEST_CASE("workload: eprobes tell what execs are called with that are not called through the C library") {
  const auto records_before = tracefs_snapshot();
  const Finished tried = run_ftracectl({"capture", "--args", "eprobe", "--", "true"});
  if (tried.status == 5) {
    CHECK(tried.err.find("eprobe") != std::string::npos);
    CHECK(tracefs_snapshot() == records_before);
    skip("this kernel has no eprobes");
  }
  CHECK(tried.status == 0);
  // The program is a static one. What is long leaves its traces in memory, behind the arguments of what
  // follows.
  const std::vector<std::string> some = {
      "plain",        "enoent",      "eacces",         "newlines",  "invalid-utf8",   "quotes",
      "empty-args",   "long300",     "many60",         "script",    "odd-path",       "long-path",
      "path-retries", "efault",      "efault-argv",    "null-argv", "execveat-fails", "execveat-fd",
      "thread-exec",  "posix-spawn", "thread-retries", "vfork",     "burst=5",        "long5000"};
  const auto run = capture_workload({"--args", "eprobe"}, some);
  check_all(run);
  int failed = 0;
  int with_argv = 0;
  int with_name = 0;
  for (const auto& record : run.records) {
    if (record.at("status") != "failed") continue;
    ++failed;
    with_argv += record.at("argv_from") == "eprobe" ? 1 : 0;
    with_name += record.at("filename").is_null() ? 0 : 1;
  }
  CAPTURE(failed);
  CAPTURE(with_name);
  // What is not in memory cannot be fetched, and a call with long strings behind its arguments is dropped.
  CHECK(with_argv * 100 >= failed * 60);
  CHECK(tracefs_snapshot() == records_before);
}

TEST_CASE("workload: with noise beside it, the same records and no others, and each with its own stack") {
  Process noise({"sh", "-c", "while :; do /bin/true; /nonexistent/noise; done 2>/dev/null"});
  const auto run = capture_workload({"--stacktrace"}, {"plain", "enoent", "eacces", "path-retries",
                                                       "thread-exec", "vfork", "execveat-fails"});
  check_all(run);
  for (const auto& record : run.records) {
    CAPTURE(record.dump());
    REQUIRE(record.contains("stack"));
    const auto stack = record.at("stack").get<std::vector<std::string>>();
    CHECK(stack.size() >= 3);
    CHECK(std::any_of(stack.begin(), stack.end(),
                      [](const std::string& frame) { return frame.find("syscall") != std::string::npos; }));
  }
}

TEST_CASE("workload: a burst of processes at the same time") {
  // What they were called with is known only as far as one gets to look.
  const auto run = capture_workload({}, {"burst=50"});
  CHECK(run.records.size() == 51);
  check_all(run);
}

TEST_CASE("workload: the user is the one who called, or not told, however often tasks change it") {
  check_users({"--source", "raw"}, shared_workload_program());
  check_users({"--source", "text"}, workload_program());
  check_users({"--source", "raw", "--latency", "20ms"}, workload_program());
}

TEST_CASE("users: the one who called, or none, from every source and at every pace") {
  for (const std::string source : {"text", "raw"}) {
    for (const std::vector<std::string>& more :
         {std::vector<std::string>(), {"--latency", "20ms"}, {"--latency", "0"}, {"--args", "proc"}}) {
      std::vector<std::string> options = {"--source", source};
      options.insert(options.end(), more.begin(), more.end());
      for (const auto& program : {workload_program(), shared_workload_program()}) {
        check_users(options, program);
      }
    }
  }
}

TEST_CASE("workload: texts in the trace_marker of another instance are no records") {
  const ScratchInstance instance("ftracectl_test_marker");
  const auto run = capture_workload({}, {"markers", "plain"});
  CHECK(run.records.size() == 2);
  check_all(run);
}
