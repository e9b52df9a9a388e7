#include <doctest/doctest.h>

#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include "support/gate.hpp"
#include "support/live.hpp"
#include "support/process.hpp"
#include "support/records.hpp"

using namespace ftracectl::test;
using nlohmann::json;

namespace {

/// An instance with some events on.
class Traced {
 public:
  explicit Traced(std::initializer_list<const char*> events) : instance_("ftracectl-test-stream") {
    for (const char* event : events) {
      REQUIRE(write_file(instance_.folder() + "/events/" + event + "/enable", "1"));
    }
  }

  void set(const std::string& file, const std::string& value) {
    REQUIRE(write_file(instance_.folder() + "/" + file, value));
  }

  void clear() { std::ofstream(instance_.folder() + "/trace", std::ios::trunc); }

  std::vector<json> stream(std::vector<std::string> options) {
    options.insert(options.begin(), {"stream", "--instance", instance_.name(), "--format", "jsonl"});
    const Finished finished = run_ftracectl(options);
    CHECK(finished.status == 0);
    return parse_json_lines(finished.out);
  }

  const ScratchInstance& instance() const { return instance_; }

 private:
  ScratchInstance instance_;
};

constexpr auto all_exec_events = {"syscalls/sys_enter_execve", "syscalls/sys_exit_execve",
                                  "sched/sched_process_exec"};

}  // namespace

TEST_CASE("stream: --drain takes what is there and ends") {
  Traced traced(all_exec_events);
  run({"/bin/true", "one"});
  const auto records = traced.stream({"--drain"});
  const auto execs = of_type(records, "exec");
  REQUIRE_FALSE(execs.empty());
  CHECK(execs[0]["status"] == "ok");
  CHECK(execs[0]["new_comm"] == "true");
  const json& summary = records.back();
  CHECK(summary["kernel"]["read"] == summary["entries"]);
}

TEST_CASE("stream: --format trace of pages is the text that the kernel prints of them") {
  Traced traced({"syscalls/sys_enter_execve", "syscalls/sys_exit_execve", "syscalls/sys_enter_openat",
                 "syscalls/sys_exit_openat", "sched/sched_process_exec", "sched/sched_process_fork",
                 "sched/sched_process_exit", "sched/sched_switch", "sched/sched_waking", "task/task_rename"});
  traced.set("options/stacktrace", "1");
  traced.set("buffer_size_kb", "8192");
  run({"sh", "-c", "for i in 1 2 3; do ls / >/dev/null; done; nice /bin/true 'two words'"});
  traced.set("tracing_on", "0");
  const auto lines_of = [](const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
      if (!line.starts_with('#') && !line.empty()) lines.push_back(line);
    }
    return lines;
  };
  const auto kernels = lines_of(read_file(traced.instance().folder() + "/trace"));
  const Finished finished = run_ftracectl(
      {"stream", "--instance", traced.instance().name(), "--source", "raw", "--drain", "--format", "trace"});
  CHECK(finished.status == 0);
  CHECK(finished.out.starts_with("# tracer: nop\n#\n"));
  const auto ours = lines_of(finished.out);
  REQUIRE(kernels.size() > 500);
  REQUIRE(ours.size() == kernels.size());
  // The kernel looks names up when it prints: that of a task which was renamed is a later one there.
  std::size_t other_names = 0;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    constexpr std::size_t comm_width = 16;
    const std::size_t from = kernels[i].starts_with(" => ") ? 0 : comm_width;
    CHECK(ours[i].substr(from) == kernels[i].substr(from));
    other_names += ours[i].substr(0, from) == kernels[i].substr(0, from) ? 0U : 1U;
  }
  CHECK(other_names < ours.size() / 4);
}

TEST_CASE("stream: --drain of an empty buffer ends at once") {
  Traced traced(all_exec_events);
  traced.set("tracing_on", "0");
  traced.clear();
  CHECK(of_type(traced.stream({"--drain"}), "exec").empty());
}

TEST_CASE("stream: with tracing_on 0 it ends when the buffer is empty") {
  Traced traced(all_exec_events);
  run({"/bin/true", "one"});
  traced.set("tracing_on", "0");
  CHECK_FALSE(of_type(traced.stream({}), "exec").empty());
  CHECK(of_type(traced.stream({}), "exec").empty());  // and again, with nothing in it
}

TEST_CASE("stream: a full buffer is read to its end, drained or with tracing_on 0") {
  const int count = 30000 / slowness();
  for (const bool drain : {true, false}) {
    Traced traced({"syscalls/sys_enter_getppid"});
    for (int i = 0; i < count; ++i) syscall(SYS_getppid);
    traced.set("tracing_on", "0");
    std::vector<std::string> options = {"stream", "--instance", traced.instance().name(), "--format",
                                        "jsonl"};
    if (drain) options.emplace_back("--drain");
    const Finished finished = run_ftracectl(options);
    CHECK(finished.status == 0);
    const auto last_line = finished.out.rfind('\n', finished.out.size() - 2) + 1;
    const json summary = json::parse(finished.out.substr(last_line));
    // Ours, and those of whoever else asked for its parent meanwhile.
    CHECK(summary["records"].get<int>() + summary["lost"].get<int>() >= count);
    CHECK(summary["records"] == summary["kernel"]["read"]);
    CHECK(summary["kernel"]["left"] == 0);
  }
}

TEST_CASE("stream: sys_enter_execve alone gives a record at once, with what the kernel said") {
  Traced traced({"syscalls/sys_enter_execve"});
  Process stream(ftracectl_argv({"stream", "--instance", traced.instance().name(), "--format", "jsonl"}));
  REQUIRE(eventually([&] { return reads_trace_pipe(stream.pid()); }));
  run({"/bin/true", "one"});
  CHECK(stream.wait_for_output("\"type\":\"exec\"",
                               std::chrono::seconds(3) * slowness()));  // before it is stopped
  stream.signal(SIGINT);
  const Finished finished = stream.wait();
  CHECK(finished.status == 0);
  const auto execs = of_type(parse_json_lines(finished.out), "exec");
  REQUIRE_FALSE(execs.empty());
  CHECK(execs[0]["status"] == "unfinished");
  CHECK(execs[0]["ret"].is_null());
  CHECK((execs[0].contains("filename_addr") || execs[0]["filename_from"] == "kernel"));
  CHECK(execs[0]["argv_addr"].get<std::string>().starts_with("0x"));
}

TEST_CASE("stream: a filter on the enter selects the attempt, whatever else is recorded") {
  Traced traced(all_exec_events);
  const Gate gate;
  Process chosen({"sh", "-c", gate.wait() + "exec /bin/true"});
  REQUIRE(Gate::is_reached_by(chosen));
  traced.clear();  // of the shell's own exec
  traced.set("events/syscalls/sys_enter_execve/filter", "common_pid==" + std::to_string(chosen.pid()));
  run({"/bin/true", "other"});
  gate.open();
  chosen.wait();
  const auto execs = of_type(traced.stream({"--drain"}), "exec");
  REQUIRE(execs.size() == 1);
  CHECK(execs[0]["pid"].get<int>() > 0);
  CHECK(execs[0]["new_comm"] == "true");
}

TEST_CASE("stream: a stacktrace trigger's stacks come with their events") {
  Traced traced({"syscalls/sys_enter_execve", "sched/sched_process_exit"});
  traced.set("events/syscalls/sys_enter_execve/trigger", "stacktrace");
  run({"/bin/true"});
  const auto records = traced.stream({"--drain"});
  const auto execs = of_type(records, "exec");
  REQUIRE_FALSE(execs.empty());
  for (const auto& exec : execs) CHECK(exec.contains("stack"));
  for (const auto& event : of_type(records, "event")) CHECK_FALSE(event.contains("stack"));
}

TEST_CASE("stream: a pipe that is being read already is said to be busy") {
  Traced traced(all_exec_events);
  Process first(ftracectl_argv({"stream", "--instance", traced.instance().name()}));
  REQUIRE(eventually([&] { return reads_trace_pipe(first.pid()); }));
  const Finished second = run_ftracectl({"stream", "--instance", traced.instance().name()});
  CHECK(second.status == 1);
  CHECK(second.err.find("trace_pipe") != std::string::npos);
  CHECK(second.err.find("is already reading it") != std::string::npos);
  first.signal(SIGTERM);
  CHECK(first.wait().status == 0);
}

TEST_CASE("stream: --duration ends it") {
  Traced traced(all_exec_events);
  const auto begin = std::chrono::steady_clock::now();
  traced.stream({"--duration", "300ms"});
  const auto took = std::chrono::steady_clock::now() - begin;
  CHECK(took >= std::chrono::milliseconds(300));
  CHECK(took < std::chrono::seconds(2) * slowness());
}

namespace {

/// One run of stream over a buffer with an option set to a value, which is what it was before at the end.
std::vector<json> stream_with(Traced& traced,
                              const std::vector<std::pair<std::string, std::string>>& options) {
  traced.clear();
  for (const auto& [option, value] : options) traced.set("options/" + option, value);
  run({"/bin/true", "one"});
  traced.set("tracing_on", "0");
  const auto records = traced.stream({});
  for (const auto& [option, value] : options) traced.set("options/" + option, value == "1" ? "0" : "1");
  traced.set("tracing_on", "1");
  return records;
}

}  // namespace

TEST_CASE("stream: the layout comes from the buffer's options, whatever they are") {
  Traced traced(all_exec_events);
  const std::vector<std::vector<std::pair<std::string, std::string>>> settings = {
      {{"irq-info", "0"}},
      {{"verbose", "1"}},
      {{"latency-format", "1"}},
      {{"latency-format", "1"}, {"verbose", "1"}},
      {{"record-tgid", "1"}, {"irq-info", "0"}}};
  for (const auto& options : settings) {
    CAPTURE(options.front().first);
    const auto records = stream_with(traced, options);
    CHECK(of_type(records, "malformed").empty());
    const auto execs = of_type(records, "exec");
    REQUIRE_FALSE(execs.empty());
    CHECK(execs[0]["status"] == "ok");
    const bool counts_from_start = options.front().first == "latency-format" && options.size() == 1;
    CHECK(execs[0]["ts_ns"].is_null() == counts_from_start);
    CHECK(execs[0].contains("ts_from_start_ns") == counts_from_start);
    CHECK(execs[0]["duration_ns"].get<std::int64_t>() > 0);
  }
}

TEST_CASE("stream: without context-info there are events, and no execs made of them") {
  Traced traced(all_exec_events);
  const auto records = stream_with(traced, {{"context-info", "0"}});
  CHECK(of_type(records, "malformed").empty());
  CHECK(of_type(records, "exec").empty());
  bool seen = false;
  for (const auto& event : of_type(records, "event")) {
    CHECK(event["ts_ns"].is_null());
    CHECK(event["tid"].is_null());
    CHECK(event["cpu"].is_null());
    CHECK(event["comm"].is_null());
    seen =
        seen || (event["event"] == "sched:sched_process_exec" && event["fields"]["filename"] == "/bin/true");
  }
  CHECK(seen);
}

TEST_CASE("stream: with option raw all is kept, and the reason said") {
  Traced traced(all_exec_events);
  traced.set("options/raw", "1");
  run({"/bin/true", "one"});
  traced.set("tracing_on", "0");
  const Finished finished =
      run_ftracectl({"stream", "--instance", traced.instance().name(), "--format", "jsonl"});
  traced.set("options/raw", "0");
  CHECK(finished.err.find("option raw") != std::string::npos);
  const auto records = parse_json_lines(finished.out);
  CHECK(of_type(records, "malformed").size() >= 3);
  CHECK(of_type(records, "malformed").size() == records.back()["kernel"]["read"]);
}

TEST_CASE(
    "stream: with option fields every line is kept whole, none is taken for something else, and it is said") {
  if (!std::filesystem::exists(tracing_folder() + "/options/fields"))
    skip("this kernel has no option fields");
  Traced traced(all_exec_events);
  traced.set("options/fields", "1");
  run({"/bin/true", "one"});
  traced.set("tracing_on", "0");
  const Finished finished =
      run_ftracectl({"stream", "--instance", traced.instance().name(), "--format", "jsonl"});
  traced.set("options/fields", "0");
  CHECK(finished.err.find("option fields is on") != std::string::npos);
  const auto records = parse_json_lines(finished.out);
  const auto events = of_type(records, "event");
  CHECK(events.size() + 2 == records.size());  // and the start, and the summary
  CHECK(events.size() == records.back()["kernel"]["read"]);
  bool seen = false;
  for (const auto& event : events) {
    CAPTURE(event.dump());
    CHECK(event.at("fields").empty());
    const std::string message = event.at("message");
    seen = seen || message.starts_with("sched_process_exec: filename=/bin/true pid=0x");
  }
  CHECK(seen);
}

TEST_CASE("stream: an option that somebody changes in the middle costs no line") {
  Traced traced(all_exec_events);
  Process stream(ftracectl_argv({"stream", "--instance", traced.instance().name(), "--format", "jsonl"}));
  REQUIRE(eventually([&] { return reads_trace_pipe(stream.pid()); }));
  run({"/bin/true", "before"});
  CHECK(stream.wait_for_output("\"new_comm\":\"true\"", std::chrono::seconds(3) * slowness()));
  traced.set("options/irq-info", "0");
  traced.set("options/context-info", "0");
  run({"/bin/echo", "between"});
  CHECK(stream.wait_for_output("\"filename\":\"/bin/echo\"", std::chrono::seconds(3) * slowness()));
  traced.set("options/context-info", "1");
  run({"/bin/cat", "/dev/null"});
  CHECK(stream.wait_for_output("\"new_comm\":\"cat\"", std::chrono::seconds(3) * slowness()));
  stream.signal(SIGINT);
  const auto records = parse_json_lines(stream.wait().out);
  traced.set("options/irq-info", "1");
  CHECK(of_type(records, "malformed").empty());
  CHECK(records.back()["entries"] == records.back()["kernel"]["read"]);
}

namespace {

/// Streams an instance with a buffer of 8 KiB that far more was recorded into than it holds.
Finished stream_overflown(const char* overwrite, const std::vector<std::string>& more_options = {}) {
  Traced traced({"syscalls/sys_enter_getppid"});
  traced.set("tracing_on", "0");
  traced.set("buffer_size_kb", "8");
  traced.set("options/overwrite", overwrite);
  traced.clear();
  traced.set("tracing_on", "1");
  for (int i = 0; i < 20000 / slowness(); ++i) syscall(SYS_getppid);
  traced.set("tracing_on", "0");
  std::vector<std::string> options = {"stream", "--instance", traced.instance().name(), "--format", "jsonl"};
  options.insert(options.end(), more_options.begin(), more_options.end());
  return run_ftracectl(options);
}

}  // namespace

TEST_CASE("stream: what the kernel counted is decoded, malformed or lost, whichever end it drops") {
  for (const std::string overwrite : {"1", "0"}) {
    CAPTURE(overwrite);
    for (const bool drain : {true, false}) {
      const Finished finished = stream_overflown(
          overwrite.c_str(), drain ? std::vector<std::string>{"--drain"} : std::vector<std::string>{});
      CHECK(finished.status == 0);
      const auto records = parse_json_lines(finished.out);
      const json& summary = records.back();
      const json& kernel = summary["kernel"];
      CHECK(summary["lost"].get<int>() > 1000);
      CHECK(summary["lost"] == kernel[overwrite == "1" ? "overrun" : "dropped"]);
      CHECK(summary["entries"].get<int>() + summary["malformed"].get<int>() == kernel["read"].get<int>());
      CHECK(kernel["left"] == 0);
      CHECK(of_type(records, "lost").empty() == (overwrite == "0"));
      CHECK(finished.err.find("ftracectl set --instance ftracectl-test-stream --buffer-size ") !=
            std::string::npos);
      CHECK((finished.err.find("overwrite is off") != std::string::npos) == (overwrite == "0"));
    }
  }
}

TEST_CASE("stream: --strict exits with 4 on a loss, whichever end the kernel drops") {
  CHECK(stream_overflown("1", {"--strict"}).status == 4);
  CHECK(stream_overflown("0", {"--strict"}).status == 4);
}
