#include "records/record_stream.hpp"

#include <doctest/doctest.h>

#include <ftracectl/error.hpp>
#include <string>

#include "records/exec_recorder.hpp"
#include "records/sink.hpp"
#include "support/known_events.hpp"
#include "support/records.hpp"

using namespace ftracectl;
using namespace ftracectl::test;

namespace {

const std::string renamed =
    "              sh-7       [001] .....     0.000100: task_rename: pid=7 oldcomm=sh newcomm=make "
    "oom_score_adj=0\n";
const std::string attempt =
    "          cc1-x9-7       [001] .....     0.000200: sys_execve(filename: 0x4e7220, argv: 0x7ffd0, envp: "
    "0x4c00f0)\n"
    "          cc1-x9-7       [001] .....     0.000300: sys_execve -> 0xfffffffffffffffe\n";

nlohmann::json only_exec(const std::string& text) {
  const EventTable events = exec_event_table();
  const auto sink = find_output_format("jsonl").make("mono");
  RecordStream::Options options;
  options.recorders = {exec_recorder({true, true, true, false, true})};
  RecordStream stream(events, *sink, std::move(options));
  stream.tasks().set(7, {7, 1, "sh"});
  stream.feed(text);
  stream.finish();
  const auto execs = of_type(parse_json_lines(std::string(sink->buffer().view())), "exec");
  REQUIRE(execs.size() == 1);
  return execs.front();
}

}  // namespace

TEST_CASE(
    "record stream: the stream's own names are exact until events are lost, which may have been renames") {
  CHECK(only_exec(attempt)["comm"] == "sh");
  CHECK(only_exec(renamed + attempt)["comm"] == "make");
  CHECK(only_exec("CPU:1 [LOST 9 EVENTS]\n" + attempt)["comm"] == "cc1-x9");
  CHECK(only_exec("CPU:1 [LOST 9 EVENTS]\n" + attempt)["ppid"] == 1);
  CHECK(only_exec(renamed + "CPU:0 [LOST 9 EVENTS]\n" + attempt)["comm"] == "cc1-x9");
}

TEST_CASE("record stream: what stands behind a loss does not end an attempt from before it") {
  const std::size_t end_of_enter = attempt.find('\n') + 1;
  const std::string enter = attempt.substr(0, end_of_enter);
  const std::string exit = attempt.substr(end_of_enter);
  const auto exec = only_exec(enter + "CPU:1 [LOST 40000 EVENTS]\n" + exit);
  CHECK(exec["status"] == "unfinished");
  CHECK(exec["ret"].is_null());
  CHECK(exec["duration_ns"].is_null());
  CHECK(only_exec("CPU:1 [LOST 40000 EVENTS]\n" + attempt)["error"] == "ENOENT");
}

TEST_CASE("record stream: output is taken away before it grows large") {
  const EventTable events = exec_event_table();
  const auto sink = find_output_format("jsonl").make("mono");
  std::size_t largest = 0;
  std::size_t taken = 0;
  RecordStream::Options options;
  options.recorders = {exec_recorder({true, false, false, false, true})};
  options.take_output = [&] {
    largest = std::max(largest, sink->buffer().size());
    taken += sink->buffer().size();
    sink->buffer().clear();
  };
  RecordStream stream(events, *sink, std::move(options));
  std::string text;
  for (int i = 0; i < 3000; ++i) text += attempt.substr(0, attempt.find('\n') + 1);
  stream.feed(text);
  stream.finish();
  CHECK(taken > std::size_t{500} * 1024);
  CHECK(largest < std::size_t{80} * 1024);
}
