// What strace sees of a workload, against what was captured of the same run, attempt by attempt: each attempt
// has one record, and there is no other.

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <optional>

#include "support/live.hpp"
#include "support/strace_text.hpp"
#include "support/temporary_folder.hpp"
#include "support/workload.hpp"

using namespace ftracectl::test;
using nlohmann::json;

namespace {

/// How much of the records there was to compare.
struct Compared {
  int failed = 0;
  int names_of_failures = 0;
  int successes = 0;
  int arguments_of_successes = 0;
  int arguments_of_failures = 0;
};

/// A string that strace cut is compared as far as strace shows it.
void check_text(const std::string& value, const StracedExec::Text& truth) {
  REQUIRE(truth.bytes);
  if (truth.is_cut) {
    CHECK(value.starts_with(*truth.bytes));
  } else {
    CHECK(value == *truth.bytes);
  }
}

void check_filename(const json& record, const StracedExec& exec) {
  const auto filename = optional_bytes(record, "filename");
  if (!filename) {
    CHECK(record.at("status") == "failed");
    return;
  }
  REQUIRE(exec.path.bytes);
  const std::string from = record.at("filename_from");
  if (from == "sched_process_exec") {
    CHECK(filename == exec.kernel_path());
  } else if (from == "kernel") {
    check_fetched(*filename, as_printed(*exec.path.bytes), is_cut(record, "filename"));
  } else {
    check_fetched(*filename, *exec.path.bytes, is_cut(record, "filename"));
  }
}

std::vector<std::string> shown_of(const std::vector<StracedExec::Text>& texts) {
  std::vector<std::string> shown;
  for (const auto& text : texts) shown.push_back(text.bytes.value_or("(cannot be read)"));
  return shown;
}

/// What the program got: a script's has its interpreter and its own path in front, and one without arguments
/// has an empty one.
void check_program_arguments(const std::vector<std::string>& argv, const StracedExec& exec) {
  auto truth = exec.argv.value_or(std::vector<StracedExec::Text>());
  if (truth.empty()) truth.push_back({"", false});
  std::size_t first = 0;
  if (argv.size() == truth.size() + 1) {  // of a script
    CHECK(argv[1] == exec.path.bytes);
    truth.erase(truth.begin());
    first = 2;
  }
  REQUIRE(argv.size() == first + truth.size());
  for (std::size_t i = 0; i < truth.size(); ++i) check_text(argv[first + i], truth[i]);
}

void check_arguments(const json& record, const StracedExec& exec) {
  if (record.at("argv").is_null()) return;
  const auto argv = byte_strings_of(record, "argv");
  if (record.at("argv_from") == "proc") return check_program_arguments(argv, exec);
  if (!exec.argv) {
    CHECK(argv.empty());  // a null pointer
    return;
  }
  check_fetched(argv, shown_of(*exec.argv), is_cut(record, "argv"));
}

void check_attempt(const json& record, const StracedExec& exec) {
  CAPTURE(record.dump().substr(0, 400));
  CAPTURE(exec.kernel_path().value_or("-").substr(0, 200));
  REQUIRE(exec.error);
  CHECK(record.at("syscall") == exec.syscall);
  if (exec.error->empty()) {
    CHECK(record.at("status") == "ok");
    CHECK(record.at("ret") == 0);
  } else {
    CHECK(record.at("status") == "failed");
    CHECK(record.at("error") == *exec.error);
  }
  check_filename(record, exec);
  check_arguments(record, exec);
}

void count(const json& record, Compared& compared) {
  const bool has_argv = !record.at("argv").is_null();
  if (record.at("status") == "failed") {
    ++compared.failed;
    compared.names_of_failures += record.at("filename").is_null() ? 0 : 1;
    compared.arguments_of_failures += has_argv ? 1 : 0;
  } else {
    ++compared.successes;
    compared.arguments_of_successes += has_argv ? 1 : 0;
  }
}

/// Runs the workload under strace, that under the capture, and compares.
Compared compare_with_strace(const std::vector<std::string>& options, const std::string& program,
                             const std::vector<std::string>& cases) {
  tracing_folder();
  if (run({"sh", "-c", "command -v strace"}).status != 0)
    skip("strace is not installed: apt-get install strace");
  const TemporaryFolder folder;
  const std::string log = folder.path() + "/strace";
  const auto captured =
      capture_workload(options, cases, program,
                       {"strace", "-f", "-xx", "-v", "-s", "9000", "-e", "trace=execve,execveat", "-o", log});
  CHECK(captured.summary.at("lost") == 0);
  CHECK(captured.summary.at("malformed") == 0);
  std::map<int, std::vector<json>> records;
  for (const auto& record : captured.records) records[record.at("tid").get<int>()].push_back(record);
  // strace itself is one more, which it does not see.
  const json first = captured.records.front();
  CHECK(first.at("filename").get<std::string>().ends_with("/strace"));
  CHECK(records[first.at("tid").get<int>()].size() == 1);
  records.erase(first.at("tid").get<int>());
  Compared compared;
  for (const auto& exec : parse_strace(read_file(log))) {
    CAPTURE(exec.tid);
    auto& of_task = records[exec.tid];
    REQUIRE_FALSE(of_task.empty());
    check_attempt(of_task.front(), exec);
    count(of_task.front(), compared);
    of_task.erase(of_task.begin());
  }
  for (const auto& item : records) {
    const auto tid = item.first;
    const auto& left = item.second;
    CAPTURE(tid);
    CHECK(left.empty());
  }
  return compared;
}

/// An emulator takes long for all of them.
std::vector<std::string> chosen_cases() {
  if (slowness() == 1) return {};
  return {"plain",     "enoent",  "eacces",         "newlines",       "invalid-utf8", "empty-args",
          "null-argv", "efault",  "enametoolong",   "script",         "path-retries", "execveat-dirfd",
          "vfork",     "burst=5", "execveat-fails", "thread-retries", "odd-path"};
}

}  // namespace

TEST_CASE("strace: each attempt that strace sees of the workload has one record, and there is no other") {
  const auto compared = compare_with_strace({}, workload_program(), chosen_cases());
  CHECK(compared.successes + compared.failed >= 20);
  CHECK(compared.failed >= 10);
  CHECK(compared.arguments_of_successes * 100 >= compared.successes * 90);
}

TEST_CASE("strace: the same with the shared C library, failed attempts with names and arguments") {
  const auto compared = compare_with_strace({}, shared_workload_program(), chosen_cases());
  CHECK(compared.successes + compared.failed >= 20);
  CHECK(compared.arguments_of_successes * 100 >= compared.successes * 90);
  // The workload makes some calls without the library, and some with bad pointers.
  CHECK(compared.names_of_failures * 100 >= compared.failed * 70);
  CHECK(compared.arguments_of_failures * 100 >= compared.failed * 70);
}
