// The set of cpus is what the machine has now, and it changes.

#include <doctest/doctest.h>

#include <unistd.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/gate.hpp"
#include "support/live.hpp"
#include "support/process.hpp"
#include "support/records.hpp"
#include "support/temporary_folder.hpp"
#include "support/text.hpp"

using namespace ftracectl::test;
using nlohmann::json;

namespace {

constexpr const char* cpu1_online = "/sys/devices/system/cpu/cpu1/online";

/// Takes cpu 1 offline at will, and has it online again at the end.
class Cpu1 {
 public:
  Cpu1() {
    tracing_folder();
    if (access(cpu1_online, W_OK) != 0) skip("there is no cpu 1 that can be taken offline");
  }
  ~Cpu1() { write_file(cpu1_online, "1"); }
  Cpu1(const Cpu1&) = delete;
  Cpu1& operator=(const Cpu1&) = delete;

  void go() const { REQUIRE(write_file(cpu1_online, "0")); }
  void come() const { REQUIRE(write_file(cpu1_online, "1")); }
};

std::size_t execs_of(const std::string& lines, const std::string& filename) {
  std::size_t count = 0;
  for (const auto& record : parse_json_lines(lines)) {
    count += record["type"] == "exec" && record["filename"] == filename && record["status"] == "ok";
  }
  return count;
}

}  // namespace

TEST_CASE("capture: a cpu that is offline is named and is no obstacle") {
  const Cpu1 cpu1;
  cpu1.go();
  const TemporaryFolder folder;
  for (const auto& options : std::vector<std::vector<std::string>>{
           {}, {"--latency", "20ms"}, {"--source", "text"}, {"--save", folder.path() + "/saved"}}) {
    std::vector<std::string> words = {"capture", "--strict", "--format", "jsonl"};
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(), {"--", "/bin/true"});
    const auto finished = run_ftracectl(words);
    INFO(finished.err);
    CHECK(finished.status == 0);
    CHECK(execs_of(finished.out, "/bin/true") == 1);
    CHECK(contains(finished.err, "note: cpu 1 is offline"));
  }
  const auto decoded = run_ftracectl({"decode", folder.path() + "/saved", "--format", "jsonl"});
  INFO(decoded.err);
  CHECK(execs_of(decoded.out, "/bin/true") == 1);
}

TEST_CASE("capture: a cpu may come online and go offline in the middle") {
  const Cpu1 cpu1;
  cpu1.go();
  const std::string online = cpu1_online;
  const std::string script = "echo 1 >" + online + "; taskset -c 1 /bin/true; echo 0 >" + online +
                             "; /bin/true; echo 1 >" + online + "; taskset -c 1 /bin/true; echo 0 >" + online;
  const auto finished = run_ftracectl({"capture", "--strict", "--format", "jsonl", "--", "sh", "-c", script});
  INFO(finished.err);
  CHECK(finished.status == 0);
  CHECK(execs_of(finished.out, "/bin/true") == 3);
}

TEST_CASE("capture: what a cpu recorded before it went offline is read") {
  const Cpu1 cpu1;
  cpu1.come();
  // A slow reader: the events are still in the buffer when the cpu goes.
  const auto finished =
      run_ftracectl({"capture", "--strict", "--latency", "400ms", "--format", "jsonl", "--", "sh", "-c",
                     "taskset -c 1 /bin/true; echo 0 >" + std::string(cpu1_online)});
  INFO(finished.err);
  CHECK(finished.status == 0);
  CHECK(execs_of(finished.out, "/bin/true") == 1);
  CHECK(contains(finished.err, "note: cpu 1 is offline now"));
}

TEST_CASE("stream: raw pages of a machine with a cpu offline, which then comes online") {
  const Cpu1 cpu1;
  cpu1.go();
  const ScratchInstance instance("ftracectl_test_hotplug");
  REQUIRE(write_file(instance.folder() + "/events/sched/sched_process_exec/enable", "1"));
  Process stream(ftracectl_argv(
      {"stream", "--source", "raw", "--instance", instance.name(), "--format", "jsonl", "--strict"}));
  REQUIRE(stream.wait_for_output("note: cpu 1 is offline"));
  REQUIRE(run({"/bin/true"}).status == 0);
  cpu1.come();
  REQUIRE(run({"taskset", "-c", "1", "/bin/true"}).status == 0);
  REQUIRE(write_file(instance.folder() + "/tracing_on", "0"));
  const auto finished = stream.wait();
  INFO(finished.err);
  CHECK(finished.status == 0);
  CHECK(execs_of(finished.out, "/bin/true") == 2);
}

TEST_CASE("doctor: names the cpus that are offline") {
  const Cpu1 cpu1;
  cpu1.go();
  const auto text = run_ftracectl({"doctor"});
  CHECK(contains(text.out, "cpu 1 is offline"));
  const auto report = json::parse(run_ftracectl({"doctor", "--json"}).out);
  CHECK(report["environment"]["offline_cpus"] == json::array({1}));
}
