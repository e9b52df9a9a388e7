// What differs between kernels. Where a kernel lacks something the test is skipped, saying so.

#include <doctest/doctest.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "support/control.hpp"
#include "support/text.hpp"
#include "support/workload.hpp"

using namespace ftracectl::test;
using nlohmann::json;

namespace {

const std::string event = "sched:sched_process_exec";
const std::string event_files = "/events/sched/sched_process_exec/";

std::string release() {
  utsname names{};
  uname(&names);
  return names.release;
}

/// Skips the test unless the kernel has triggers of this kind. Before an instance is made: a skip leaves at
/// once.
void need_trigger(const std::string& kind) {
  const std::string available = read_file(tracing_folder() + event_files + "trigger");
  if (!contains(available, " " + kind)) skip("this kernel has no trigger " + kind);
}

std::uint64_t monotonic_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
}

/// "global" of `local [global] counter …`.
std::string selected(const std::string& list) {
  const auto begin = list.find('[') + 1;
  return list.substr(begin, list.find(']') - begin);
}

std::vector<json> json_lines(const std::string& text) {
  std::vector<json> objects;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) objects.push_back(json::parse(line));
  return objects;
}

/// A dynamic event that exists while the object does, where the kernel has its kind.
class DynamicEvent {
 public:
  explicit DynamicEvent(const std::string& definition)
      : file_(tracing_folder() + "/dynamic_events"),
        name_(definition.substr(0, definition.find(' ')).substr(1)),
        made_(write_file(file_, definition)) {}
  ~DynamicEvent() {
    if (made_) CHECK(write_file(file_, "-" + name_));
  }
  DynamicEvent(const DynamicEvent&) = delete;
  DynamicEvent& operator=(const DynamicEvent&) = delete;

  bool made() const { return made_; }
  const std::string& name() const { return name_; }  ///< ":GROUP/NAME"

 private:
  std::string file_;
  std::string name_;
  bool made_;
};

}  // namespace

TEST_CASE("kernels: doctor tells which probes can be made here, and finds those that were") {
  const std::string before = tracefs_snapshot();
  const std::map<std::string, std::string> definitions = {
      {"kprobes", "p:ftracectl_test/k do_exit"},
      {"eprobes", "e:ftracectl_test/e sched/sched_process_exec pid=$pid"},
      {"uprobes", "p:ftracectl_test/u " + workload_program() + ":0x1000"},
      {"fprobes", "f:ftracectl_test/f do_exit"},
      {"synthetic events", "s:ftracectl_test_s pid_t pid"},
  };
  const auto report = json::parse(run_ftracectl({"doctor", "--json"}).out);
  for (const auto& feature : report.at("features")) {
    const auto definition = definitions.find(feature.at("name"));
    if (definition == definitions.end()) continue;
    CAPTURE(feature.dump());
    const DynamicEvent made(definition->second);
    CHECK(feature.at("present") == made.made());
    if (!made.made()) continue;
    const auto probes = json::parse(run_ftracectl({"doctor", "--json"}).out).at("probes");
    CAPTURE(probes.dump());
    CHECK(std::any_of(probes.begin(), probes.end(), [&](const json& probe) {
      return contains(probe.get<std::string>(), made.name().substr(1));
    }));
  }
  CHECK(difference(before, tracefs_snapshot()) == "");
}

TEST_CASE("kernels: a snapshot trigger is set, takes a snapshot, is read back and removed") {
  need_trigger("snapshot");
  const ScratchInstance instance("ftracectl_test_snapshot");
  const std::string condition = " if filename == \"/bin/true\"";
  REQUIRE(control(instance, {"enable", event}).status == 0);
  const auto set = control(instance, {"trigger", event, "snapshot:1" + condition});
  CHECK(set.err == "");
  REQUIRE(set.status == 0);
  CHECK(control(instance, {"trigger", event}).out == "snapshot:1" + condition + "\n");
  CHECK(contains(read_file(instance.folder() + event_files + "trigger"), "snapshot:count=1" + condition));
  CHECK(run({"/bin/true"}).status == 0);
  CHECK(contains(read_file(instance.folder() + "/snapshot"), "sched_process_exec: filename=/bin/true"));
  CHECK(control(instance, {"trigger", event, "--remove", "snapshot"}).status == 0);
  CHECK(control(instance, {"trigger", event}).out == "none\n");
}

TEST_CASE("kernels: a hist trigger is set, counts, is read back and removed") {
  need_trigger("hist");
  const ScratchInstance instance("ftracectl_test_hist");
  REQUIRE(control(instance, {"enable", event}).status == 0);
  const std::string histogram = "hist:keys=common_pid";
  for (const bool clear : {false, true}) {
    CAPTURE(clear);
    const auto set = control(instance, {"trigger", event, histogram});
    CHECK(set.err == "");
    REQUIRE(set.status == 0);
    CHECK(contains(control(instance, {"trigger", event}).out, histogram));
    CHECK(contains(read_file(instance.folder() + event_files + "trigger"), histogram));
    CHECK(run({"/bin/true"}).status == 0);
    CHECK(contains(read_file(instance.folder() + event_files + "hist"), "hitcount:"));
    const auto removed = clear ? control(instance, {"trigger", event, "--clear"})
                               : control(instance, {"trigger", event, "--remove", histogram});
    CHECK(removed.err == "");
    CHECK(removed.status == 0);
    CHECK(control(instance, {"trigger", event}).out == "none\n");
  }
}

TEST_CASE("kernels: the flags column of 5.10 has four characters, of later ones five, and both are decoded") {
  const ScratchInstance instance("ftracectl_test_flags");
  REQUIRE(write_file(instance.folder() + event_files + "enable", "1"));
  CHECK(run({"/bin/true"}).status == 0);
  REQUIRE(write_file(instance.folder() + "/tracing_on", "0"));
  const std::string text = read_file(instance.folder() + "/trace");
  // "true-100  [001] .....  12.345678: sched_process_exec: ...": the word behind the cpu.
  const auto event_at = text.find(": sched_process_exec");
  REQUIRE(event_at != std::string::npos);
  const auto flags_at = text.rfind("] ", event_at) + 2;
  CHECK(text.find(' ', flags_at) - flags_at == (release().starts_with("5.10.") ? 4 : 5));
  const auto streamed = control(instance, {"stream", "--drain", "--format", "jsonl"});
  CHECK(streamed.status == 0);
  bool seen = false;
  for (const auto& record : json_lines(streamed.out)) {
    CAPTURE(record.dump());
    CHECK(record.at("type") != "malformed");
    seen = seen || record.value("filename", json()) == "/bin/true";
  }
  CHECK(seen);
}

TEST_CASE("kernels: where the kernel tells strings, the file name of a failed exec is known") {
  const std::string format = read_file(tracing_folder() + "/events/syscalls/sys_enter_execve/format");
  if (!contains(format, "__filename_val")) skip("this kernel's syscall events carry no strings");
  const auto captured = capture_workload({"--args", "proc"}, {"enoent"});
  REQUIRE(captured.records.size() == 2);
  CHECK(captured.records[1].at("filename") == "/nonexistent/prog");
  CHECK(captured.records[1].at("filename_from") == "kernel");
  CHECK(captured.records[1].at("error") == "ENOENT");
}

TEST_CASE("kernels: capture takes the clock mono whatever the top level has, and leaves that as it is") {
  const std::string clock = selected(read_file(tracing_folder() + "/trace_clock"));
  CAPTURE(clock);
  CHECK(contains(run_ftracectl({"status"}).out, "top-level buffer: tracing_on 1, clock " + clock + ","));
  const auto begin = monotonic_ns();
  const auto captured = capture_workload({}, {"plain"});
  const auto end = monotonic_ns();
  for (const auto& record : captured.records) {
    CHECK(record.at("clock") == "mono");
    CHECK(record.at("ts_ns").get<std::uint64_t>() > begin);
    CHECK(record.at("ts_ns").get<std::uint64_t>() < end);
  }
  CHECK(selected(read_file(tracing_folder() + "/trace_clock")) == clock);
}

TEST_CASE("kernels: 5.10 and 6.1 boot with the clock global in an emulator with two cpus") {
  const bool is_old = release().starts_with("5.10.") || release().starts_with("6.1.");
  if (!contains(read_file("/proc/cmdline"), "ftracectl.job=") || !is_old ||
      sysconf(_SC_NPROCESSORS_ONLN) < 2) {
    skip("not such a kernel in a guest of scripts/kernel-matrix");
  }
  CHECK(selected(read_file(tracing_folder() + "/trace_clock")) == "global");
}

TEST_CASE("lockdown: an empty tracefs is explained, and nothing is possible") {
  if (!contains(read_file("/proc/cmdline"), "lockdown=confidentiality")) {
    skip("this kernel was not booted with lockdown=confidentiality");
  }
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"status"}, {"list"}, {"capture", "--", "/bin/true"}, {"stream", "--drain"}}) {
    CAPTURE(words.front());
    const auto refused = run_ftracectl(words);
    CHECK(refused.status == 5);
    CHECK(refused.out == "");
    CHECK(contains(refused.err, "tracefs is mounted and empty: kernel lockdown (confidentiality) hides it"));
  }
}
