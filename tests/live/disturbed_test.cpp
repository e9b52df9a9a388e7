// Somebody else changes, empties or reads the buffer of a capture: that is noticed and said.

#include <doctest/doctest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/gate.hpp"
#include "support/live.hpp"
#include "support/process.hpp"
#include "support/record_schema.hpp"
#include "support/records.hpp"
#include "support/temporary_folder.hpp"
#include "support/text.hpp"

using namespace ftracectl::test;
using nlohmann::json;

namespace {

using Words = std::vector<std::string>;

struct Disturbed {
  Finished finished;
  std::vector<json> records;  ///< of the disturbances
  json summary;
};

/// A capture of two programs, between which `script` runs in the folder of its instance.
Disturbed capture_disturbed(const std::string& script, const Words& options = {}) {
  const std::string root = tracing_folder();
  const TemporaryFolder folder;
  const std::string output = folder.path() + "/records";
  Gate gate;
  Words words = {"capture", "--strict", "--format", "jsonl", "-o", output};
  words.insert(words.end(), options.begin(), options.end());
  words.insert(words.end(), {"--", "sh", "-c", "/bin/true; " + gate.wait() + "/bin/true; /bin/true"});
  Process capture(ftracectl_argv(words));
  REQUIRE(Gate::is_reached_by(capture));
  const std::string instance = root + "/instances/ftracectl-" + std::to_string(capture.pid());
  // What was recorded until now is read before anything is done to the buffer.
  const auto is_read = [&] {
    return std::filesystem::exists(output) && contains(read_file(output), "\"/bin/true\"");
  };
  REQUIRE(eventually(is_read));
  const auto done = run({"sh", "-c", "cd " + instance + " && { " + script + "; }"});
  INFO(done.err);
  gate.open();
  Disturbed result;
  result.finished = capture.wait();
  const std::string lines = read_file(output);
  check_records_if_possible(lines);
  for (const auto& record : parse_json_lines(lines)) {
    if (record["type"] == "disturbed") result.records.push_back(record);
    if (record["type"] == "summary") result.summary = record;
  }
  return result;
}

/// entries + malformed + lost + taken - forgotten is what the kernel counted.
void check_sum(const json& summary) {
  const auto number = [&](const char* key) { return summary.value(key, std::int64_t{0}); };
  const json& kernel = summary["kernel"];
  const auto counted = kernel["read"].get<std::int64_t>() + kernel["overrun"].get<std::int64_t>() +
                       kernel["commit_overrun"].get<std::int64_t>() + kernel["dropped"].get<std::int64_t>();
  CHECK(number("entries") + number("malformed") + number("lost") + number("taken") - number("forgotten") ==
        counted);
}

void check_disturbed(const Disturbed& disturbed, const std::string& file) {
  INFO(disturbed.finished.err);
  CHECK(disturbed.finished.status == 4);
  CHECK(contains(disturbed.finished.err, "warning: somebody is interfering with this capture"));
  CHECK(contains(disturbed.finished.err, "disturbed by others"));
  bool is_named = false;
  for (const auto& record : disturbed.records) is_named = is_named || record["file"] == file;
  CHECK(is_named);
  CHECK(disturbed.summary["disturbed"] == disturbed.records.size());
  check_sum(disturbed.summary);
}

}  // namespace

TEST_CASE("capture: settings that somebody changes are noticed") {
  for (const auto& [script, file] : std::vector<std::pair<std::string, std::string>>{
           {"echo 0 >tracing_on", "tracing_on"},
           {"echo 0 >tracing_on; echo 1 >tracing_on", "tracing_on"},
           {"echo 0 >events/enable", "set_event"},
           {"echo 0 >events/sched/sched_process_exec/enable", "set_event"},
           {"echo boot >trace_clock", "trace_clock"},
           {"echo 1 >tracing_cpumask", "tracing_cpumask"},
           {"echo 16 >buffer_size_kb", "buffer_size_kb"},
           {"echo 0 >options/overwrite", "trace_options"},
           {"echo 'common_pid == 1' >events/sched/sched_process_exec/filter",
            "events/sched/sched_process_exec/filter"},
           {"echo traceoff >events/sched/sched_process_exec/trigger",
            "events/sched/sched_process_exec/trigger"}}) {
    CAPTURE(script);
    check_disturbed(capture_disturbed(script), file);
  }
}

TEST_CASE("capture: a buffer that somebody empties is noticed, and the sum says what was forgotten") {
  for (const Words& options : {Words{}, Words{"--source", "text"}}) {
    const auto disturbed = capture_disturbed("echo >trace", options);
    check_disturbed(disturbed, "trace");
    CHECK(disturbed.summary["forgotten"] > 0);
    CHECK(disturbed.summary["taken"] == 0);
  }
}

TEST_CASE("capture: who reads the pages beside it is named, and the sum says what was taken") {
  const auto disturbed = capture_disturbed(
      "for i in per_cpu/cpu*/trace_pipe_raw; do timeout 20 cat $i >/dev/null & done; sleep 0.2",
      {"--latency", "500ms"});
  check_disturbed(disturbed, "per_cpu/cpu0/trace_pipe_raw");
}

TEST_CASE("capture: what somebody takes out of the raw pipes is counted as taken") {
  // What is in the buffer when he comes is his, wherever our reader is: it is stopped meanwhile.
  const auto disturbed = capture_disturbed(
      "session=${PWD##*-}; kill -STOP $session; /bin/true; "
      "timeout 20 sh -c 'for i in per_cpu/cpu*/trace_pipe_raw; do dd if=$i of=/dev/null bs=65536 "
      "iflag=nonblock 2>/dev/null; done'; kill -CONT $session",
      {"--all", "--source", "raw"});
  check_disturbed(disturbed, "per_cpu/cpu0/trace_pipe_raw");
  CHECK(disturbed.summary["taken"] > 0);
}

TEST_CASE("capture: a saved folder keeps where it was disturbed, and compare reads past that") {
  for (const char* source : {"raw", "text"}) {
    CAPTURE(source);
    const TemporaryFolder folder;
    const std::string saved = folder.path() + "/saved";
    const auto live =
        capture_disturbed("echo 0 >tracing_on; echo 1 >tracing_on", {"--source", source, "--save", saved});
    REQUIRE(!live.records.empty());
    const std::string again = folder.path() + "/again.jsonl";
    REQUIRE(run_ftracectl({"decode", saved, "--format", "jsonl", "-o", again}).status == 0);
    const auto records = parse_json_lines(read_file(again));
    std::vector<json> order;
    for (const auto& record : records) {
      if (record["type"] == "disturbed") order.push_back(record);
    }
    CHECK(order == live.records);
    CHECK(records.back()["disturbed"] == live.records.size());
    CHECK(run_ftracectl({"compare", saved, again}).status == 0);
  }
}

TEST_CASE("capture: who only looks does not disturb it") {
  const auto looked_at =
      capture_disturbed("cat trace tracing_on set_event per_cpu/cpu0/stats; echo mark >trace_marker");
  INFO(looked_at.finished.err);
  CHECK(looked_at.finished.status == 0);
  CHECK(looked_at.records.empty());
  CHECK_FALSE(looked_at.summary.contains("disturbed"));
  check_sum(looked_at.summary);
}
