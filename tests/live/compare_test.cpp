// One command seen by ftracectl and by another tool at the same time, through scripts/compare-bpf. Short:
// what takes rounds is done by hand, and the recordings of fixtures/compare need no tool at all.
#include <doctest/doctest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "support/formats.hpp"
#include "support/live.hpp"
#include "support/process.hpp"
#include "support/temporary_folder.hpp"
#include "support/text.hpp"

using namespace ftracectl::test;
using namespace std::chrono_literals;

namespace {

/// Skips where the tool is not installed.
void need(const std::string& program, const std::string& package) {
  tracing_folder();
  if (run({"sh", "-c", "PATH=$PATH:/usr/sbin:/sbin; command -v " + program}).status != 0)
    skip(program + " is not installed: apt-get install " + package);
}

struct Round {
  Finished finished;
  nlohmann::json comparison;
};

/// Some of the workload's cases under both.
Round compare_with(const std::string& tool, const std::string& first, std::vector<std::string> options,
                   const std::vector<std::string>& cases, const std::vector<std::string>& under = {}) {
  TemporaryFolder folder;
  std::vector<std::string> words = {fixtures_folder() + "/../scripts/compare-bpf",
                                    "--tool",
                                    tool,
                                    "--first",
                                    first,
                                    "--out",
                                    folder.path() + "/out"};
  words.insert(words.end(), options.begin(), options.end());
  const char* workload = std::getenv("FTRACECTL_WORKLOAD");
  REQUIRE(workload != nullptr);
  words.emplace_back("--");
  words.insert(words.end(), under.begin(), under.end());
  words.insert(words.end(), {workload, "--dir", folder.path() + "/files"});
  words.insert(words.end(), cases.begin(), cases.end());
  Round round;
  round.finished = run(words, 100s);
  INFO(round.finished.out);
  INFO(round.finished.err);
  const std::string json = read_file(folder.path() + "/out/round-1/comparison.json");
  REQUIRE_FALSE(json.empty());
  round.comparison = nlohmann::json::parse(json);
  return round;
}

std::uint64_t sum(const nlohmann::json& reasons) {
  std::uint64_t all = 0;
  for (const auto& [reason, count] : reasons.items()) all += count.get<std::uint64_t>();
  return all;
}

const std::vector<std::string> some_cases = {
    "plain",          "enoent",      "script",       "newline-in-path", "path-retries", "execveat-fd",
    "execveat-fails", "thread-exec", "thread-fails", "vfork",           "burst=20"};
/// How many execs that is, the shell in front and the workload itself with them.
constexpr std::uint64_t some_execs = 2 + 1 + 1 + 1 + 1 + 3 + 1 + 1 + 1 + 1 + 2 + 20;

}  // namespace

TEST_CASE("compare: bpftrace and ftrace saw the same of each case") {
  need("bpftrace", "bpftrace");
  const Round round = compare_with("bpftrace", "tool", {}, some_cases);
  CAPTURE(round.finished.out);
  CHECK(round.finished.status == 0);
  CHECK(round.comparison["matched"] == some_execs);
  CHECK(sum(round.comparison["left_only"]) == 0);
  CHECK(sum(round.comparison["right_only"]) == 0);
  CHECK(round.comparison["unexplained"] == 0);
  CHECK(round.comparison["fields"]["comm"]["agreed"] == some_execs);
  CHECK(round.comparison["fields"]["ret"]["agreed"] == some_execs);
}

TEST_CASE("compare: execsnoop, attached second, saw what it can") {
  need("execsnoop", "libbpf-tools");
  const Round round = compare_with("execsnoop", "ftrace", {}, some_cases);
  CAPTURE(round.finished.out);
  CHECK(round.finished.status == 0);
  CHECK(round.comparison["unexplained"] == 0);
  // Two execveat and one exec of a thread.
  CHECK(round.comparison["left_only"]["by-design"] == 3);
  CHECK(sum(round.comparison["right_only"]) == 0);
}

TEST_CASE("compare: perf and strace saw the same of each case") {
  need("perf", "linux-perf");
  need("strace", "strace");
  for (const std::string tool : {"perf", "strace"}) {
    const Round round = compare_with(tool, "ftrace", {}, some_cases);
    CAPTURE(tool);
    CAPTURE(round.finished.out);
    CHECK(round.finished.status == 0);
    CHECK(round.comparison["unexplained"] == 0);
    CHECK(round.comparison["matched"].get<std::uint64_t>() >= some_execs - 1);
    CHECK(sum(round.comparison["right_only"]) == 0);
  }
}

TEST_CASE("compare: what ftrace's tiny buffer lost is told as lost") {
  need("perf", "linux-perf");
  // Nobody reads the buffer meanwhile: the parent is the capture.
  const std::vector<std::string> held = {"sh", "-c", "kill -STOP $PPID; \"$@\"; kill -CONT $PPID", "sh"};
  const Round round = compare_with("perf", "tool", {"--buffer-size", "8K"}, {"loop=20000"}, held);
  CAPTURE(round.finished.out);
  CHECK(round.comparison["left"]["lost"].get<std::uint64_t>() > 0);
  CHECK(round.comparison["right_only"].value("lost", 0) > 0);
  // Where a cpu's loss ends, the enter of an attempt may be lost and its exit be there: no more than that.
  CHECK(round.comparison["unexplained"] <= 4);
  CHECK(round.comparison["right_only"].value("lost", 0) > 10000);
}

TEST_CASE("compare: what bpftrace lost of its one page is told as lost") {
  need("bpftrace", "bpftrace");
  const Round round = compare_with("bpftrace", "tool", {"--pages", "1"}, {"loop=5000"});
  CAPTURE(round.finished.out);
  CHECK(round.comparison["right"]["lost"].get<std::uint64_t>() > 0);
  CHECK(round.comparison["left_only"].value("lost", 0) > 0);
  CHECK(round.comparison["unexplained"] == 0);
  CHECK(round.finished.status == 0);
}
