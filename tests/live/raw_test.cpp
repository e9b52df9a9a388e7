// --source raw: the binary pages tell what the text tells.

#include <doctest/doctest.h>

#include <csignal>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/text.hpp"
#include "support/live.hpp"
#include "support/process.hpp"
#include "support/record_schema.hpp"
#include "support/records.hpp"
#include "support/temporary_folder.hpp"
#include "support/workload.hpp"

using namespace ftracectl::test;
using nlohmann::json;

namespace {

using Words = std::vector<std::string>;

Words joined(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

/// One run, seen by two captures at once: by the outer one's text, and by the inner one's pages.
struct Twice {
  std::vector<json> text;
  std::vector<json> raw;
};

Twice capture_twice(const Words& options, const Words& command) {
  tracing_folder();
  const TemporaryFolder folder;
  const auto capture = [&](const std::string& source) {
    return ftracectl_argv(joined(
        {"capture", "--source", source, "--format", "jsonl", "-o", folder.path() + "/" + source}, options));
  };
  const auto inner = joined(joined(capture("raw"), {"--"}), command);
  const auto finished = run(joined(joined(capture("text"), {"--"}), inner), std::chrono::seconds(120));
  INFO(finished.err);
  REQUIRE(finished.status == 0);
  const std::string raw = read_file(folder.path() + "/raw");
  check_records_if_possible(raw);
  return {parse_json_lines(read_file(folder.path() + "/text")), parse_json_lines(raw)};
}

using ByTask = std::map<std::tuple<int, std::string>, std::vector<json>>;

/// Records by task and event, in their order.
ByTask by_task(const std::vector<json>& records) {
  ByTask groups;
  for (const auto& record : records) {
    if (record["type"] == "start") continue;
    if (record["type"] == "summary") {
      CHECK(record["lost"] == 0);
      CHECK(record["malformed"] == 0);
      continue;
    }
    REQUIRE((record["type"] == "event" || record["type"] == "exec"));
    const std::string event = record.contains("event") ? record["event"].get<std::string>() : "exec";
    groups[{record["tid"], event}].push_back(record);
  }
  return groups;
}

/// The keys whose values one run cannot have twice: the moments are those at which each buffer took the
/// event, and /proc is looked at by each capture when it comes to that.
/// From 6.12 on a task may change its cpu between the two instances' looks at one event of a system call.
const std::set<std::string> own_keys = {"ts_ns", "cpu",       "duration_ns", "uid",
                                        "argv",  "argv_from", "argv_addr",   "argv_hex"};

void check_same_exec(const json& raw, const json& text) {
  for (const auto& item : text.items()) {
    const std::string key = item.key();
    const json& value = item.value();
    if (own_keys.count(key) > 0) continue;
    CAPTURE(key);
    CHECK(raw.value(key, json()) == value);
  }
  const bool both_fetched = raw["argv_from"] == text["argv_from"] && raw["argv_from"] != "proc";
  if (both_fetched) CHECK(raw["argv"] == text["argv"]);
}

}  // namespace

TEST_CASE("raw: the workload's exec records are those of the text, hostile names included") {
  const TemporaryFolder files;
  const auto [text, raw] = capture_twice({}, {shared_workload_program(), "--dir", files.path()});
  auto of_text = by_task(text);
  std::size_t compared = 0;
  for (const auto& group : by_task(raw)) {
    const auto& key = group.first;
    const auto& records = group.second;
    CAPTURE(std::get<0>(key));
    const auto& others = of_text[key];
    // The text's capture saw the other ftracectl's own exec before.
    REQUIRE(others.size() >= records.size());
    const std::size_t before = others.size() - records.size();
    for (std::size_t i = 0; i < records.size(); ++i) {
      check_same_exec(records[i], others[before + i]);
      ++compared;
    }
  }
  CHECK(compared > 50);
}

TEST_CASE("raw: events of many kinds have the text's fields and values") {
  // What the tasks themselves do: what interrupts them comes to either instance at its own time.
  const Words events = {"sched:sched_process_fork", "sched:sched_process_exit", "task:task_newtask",
                        "task:task_rename",         "signal:signal_generate",   "syscalls:sys_enter_openat",
                        "syscalls:sys_exit_openat", "syscalls:sys_enter_kill"};
  const auto [text, raw] = capture_twice(
      events, {"/bin/sh", "-c", "/bin/true; kill -0 $$; /bin/ls / >/dev/null; exec /bin/echo end"});
  const auto of_text = by_task(text);
  std::map<std::string, std::size_t> compared;
  for (const auto& group : by_task(raw)) {
    const auto& key = group.first;
    const auto& records = group.second;
    CAPTURE(std::get<0>(key));
    CAPTURE(std::get<1>(key));
    const auto found = of_text.find(key);
    REQUIRE(found != of_text.end());
    // The text's capture may have begun earlier; both saw the end.
    REQUIRE(found->second.size() >= records.size());
    const std::size_t before = found->second.size() - records.size();
    for (std::size_t i = 0; i < records.size(); ++i) {
      const auto& other = found->second[before + i];
      CAPTURE(records[i].dump());
      CAPTURE(other.dump());
      for (const auto& item : other["fields"].items()) {
        const std::string name = item.key();
        const json& value = item.value();
        CAPTURE(name);
        REQUIRE(records[i]["fields"].contains(name));
        // 7.x prints strings of system calls with dots for what cannot be printed.
        // From text a number may be unknown where its words are not; 7.x cuts the strings that it prints.
        if (value.is_null() || name.ends_with("name_text")) continue;
        CHECK(records[i]["fields"][name] == value);
      }
      ++compared[std::get<1>(key)];
    }
  }
  for (const char* event : {"sched:sched_process_exit", "task:task_newtask", "task:task_rename",
                            "syscalls:sys_enter_openat", "syscalls:sys_exit_openat"}) {
    CAPTURE(event);
    CHECK(compared[event] > 0);
  }
}

TEST_CASE("raw: a reader that is to be woken at once is, from the first event on") {
  // The arguments of these are to be had from /proc alone, while they live; and nothing else goes on.
  for (const Words& options : {Words{"--latency", "0"}, Words{"--args", "proc"}}) {
    CAPTURE(options.front());
    const auto run = capture_workload(joined({"--source", "raw"}, options), {"plain", "spaces", "quotes"});
    REQUIRE(run.records.size() == 4);
    for (const auto& record : run.records) CHECK_FALSE(record.at("argv").is_null());
  }
}

TEST_CASE("raw: no file name can imitate an event") {
  tracing_folder();
  const TemporaryFolder files;
  const std::string name =
      "x\n              sh-1       [000] .....     1.000000: sched_process_exec: filename=\x01 pid=1 "
      "old_pid=1";
  const std::string path = files.path() + "/" + name;
  REQUIRE(run({"cp", "/bin/true", path}).status == 0);
  const auto finished = run_ftracectl({"capture", "--source", "raw", "--format", "jsonl", "--", path});
  INFO(finished.err);
  const auto execs = of_type(parse_json_lines(finished.out), "exec");
  REQUIRE(execs.size() == 1);
  CHECK(execs[0]["filename"] == path);
  CHECK(of_type(parse_json_lines(finished.out), "malformed").empty());
}

TEST_CASE("raw: stacks, markers and times of nanoseconds") {
  const std::string tracing = tracing_folder();
  const auto finished =
      run_ftracectl({"capture", "sched:sched_process_fork", "--source", "raw", "--stacktrace", "--format",
                     "jsonl", "--", "/bin/sh", "-c", "/bin/true; /bin/true; :"});
  INFO(finished.err);
  const auto events = of_type(parse_json_lines(finished.out), "event");
  REQUIRE(events.size() == 2);
  bool has_nanoseconds = false;
  for (const auto& event : events) {
    REQUIRE(event.contains("stack"));
    const auto& stack = event["stack"];
    REQUIRE(stack.size() > 3);
    const auto last = stack[stack.size() - 1].get<std::string>();
    CHECK((last.starts_with("entry_SYSCALL") || last.starts_with("el0")));
    has_nanoseconds = has_nanoseconds || event["ts_ns"].get<std::uint64_t>() % 1000 != 0;
  }
  CHECK(has_nanoseconds);

  const ScratchInstance scratch("ftracectl-raw-marker");
  REQUIRE(write_file(scratch.folder() + "/trace_marker", "hello\n  there"));
  const auto drained = run_ftracectl(
      {"stream", "--source", "raw", "--instance", scratch.name(), "--drain", "--format", "jsonl"});
  INFO(drained.err);
  const auto markers = of_type(parse_json_lines(drained.out), "event");
  REQUIRE(markers.size() == 1);
  CHECK(markers[0]["message"] == "tracing_mark_write: hello\n  there");
}

TEST_CASE("raw: what is lost is counted as the kernel counts it") {
  tracing_folder();
  const ScratchInstance scratch("ftracectl-raw-lost");
  REQUIRE(write_file(scratch.folder() + "/buffer_size_kb", "8"));
  REQUIRE(write_file(scratch.folder() + "/events/raw_syscalls/sys_enter/enable", "1"));
  REQUIRE(run({"dd", "if=/dev/zero", "of=/dev/null", "bs=1", "count=4000"}).status == 0);
  REQUIRE(write_file(scratch.folder() + "/tracing_on", "0"));
  const auto drained = run_ftracectl({"stream", "--source", "raw", "--instance", scratch.name(), "--drain",
                                      "--format", "jsonl", "--strict"});
  INFO(drained.err);
  const auto records = parse_json_lines(drained.out);
  const auto& summary = records.back();
  const auto& kernel = summary["kernel"];
  CHECK(summary["lost"] ==
        kernel["overrun"].get<int>() + kernel["dropped"].get<int>() + kernel["commit_overrun"].get<int>());
  CHECK(summary["lost"] > 0);
  CHECK(summary["entries"] == kernel["read"]);
  CHECK(drained.status == 4);
  CHECK_FALSE(of_type(records, "lost").empty());
}

TEST_CASE("raw: sub-buffers larger than a page, and a clock that counts no time") {
  tracing_folder();
  const ScratchInstance scratch("ftracectl-raw-large");
  if (!write_file(scratch.folder() + "/buffer_subbuf_size_kb", "16"))
    skip("this kernel has pages of one size");
  REQUIRE(write_file(scratch.folder() + "/trace_clock", "counter"));
  REQUIRE(write_file(scratch.folder() + "/events/raw_syscalls/sys_enter/enable", "1"));
  REQUIRE(run({"dd", "if=/dev/zero", "of=/dev/null", "bs=1", "count=1000"}).status == 0);
  REQUIRE(write_file(scratch.folder() + "/tracing_on", "0"));
  const auto drained = run_ftracectl(
      {"stream", "--source", "raw", "--instance", scratch.name(), "--drain", "--format", "jsonl"});
  INFO(drained.err);
  const auto records = parse_json_lines(drained.out);
  const auto events = of_type(records, "event");
  REQUIRE(events.size() > 2000);
  CHECK(records.back()["malformed"] == 0);
  CHECK(records.back()["entries"] == records.back()["kernel"]["read"]);
  CHECK(events[0]["ts_ns"].is_null());
  for (std::size_t i = 1; i < events.size(); ++i) {
    const bool in_order = events[i - 1]["ts"].get<std::uint64_t>() <= events[i]["ts"].get<std::uint64_t>();
    if (!in_order) CHECK(in_order);
  }
}

TEST_CASE("raw: capture --save and decode give the same records, killed captures included") {
  tracing_folder();
  const TemporaryFolder folder;
  const TemporaryFolder files;
  const std::string saved = folder.path() + "/saved";
  const auto live =
      run_ftracectl({"capture", "--source", "raw", "--stacktrace", "--lifetime", "--save", saved, "--format",
                     "jsonl", "--", shared_workload_program(), "--dir", files.path()});
  INFO(live.err);
  const auto decoded = run_ftracectl({"decode", saved, "--format", "jsonl", "--tracefs", "/nowhere"});
  INFO(decoded.err);
  // What the workload prints goes to the same stream.
  const auto records = [](const std::string& text) {
    std::string result;
    for (const auto line : ftracectl::split_lines(text)) {
      if (line.starts_with("{\"type\":")) result += std::string(line) + "\n";
    }
    return result;
  };
  CHECK(records(live.out) == records(decoded.out));
  CHECK(of_type(parse_json_lines(records(live.out)), "exec").size() > 50);

  const std::string killed = folder.path() + "/killed";
  Process capture(ftracectl_argv({"capture", "sched:sched_switch", "--source", "raw", "--save", killed}));
  REQUIRE(eventually([&] { return read_file(killed + "/reads.jsonl").size() > 100; }));
  capture.signal(SIGKILL);
  capture.wait();
  const auto rest = run_ftracectl({"decode", killed, "--format", "jsonl", "--tracefs", "/nowhere"});
  INFO(rest.err);
  CHECK(rest.status == 0);
  CHECK(rest.err.find("was cut off") != std::string::npos);
  CHECK_FALSE(of_type(parse_json_lines(rest.out), "event").empty());
  CHECK(run_ftracectl({"recover"}).status == 0);
}
