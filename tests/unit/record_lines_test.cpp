#include "records/record_lines.hpp"

#include <doctest/doctest.h>

#include "output/formats.hpp"

using namespace ftracectl;

namespace {

/// What comes out as JSON Lines of what goes in as JSON Lines.
std::string again(std::string_view lines, RecordLines::Counts* counts = nullptr, std::size_t piece = 7) {
  const auto sink = make_jsonl_sink("mono");
  RecordLines reader(*sink);
  for (std::size_t at = 0; at < lines.size(); at += piece) reader.feed(lines.substr(at, piece));
  reader.finish();
  if (counts != nullptr) *counts = reader.counts();
  return std::string(sink->buffer().view());
}

std::string why(const std::string& line) {
  const std::string out = again(line + "\n");
  const auto at = out.find("\"why\":\"");
  return at == std::string::npos ? "" : out.substr(at + 7, out.find("\"}", at) - at - 7);
}

}  // namespace

TEST_CASE("record lines: what is read prints as it was, whatever kind it is") {
  const std::string lines =
      R"({"type":"start","host":"web1","boot_id":"0b9c","kernel":"6.18.5","version":"0.1.0","clock":"mono","started_ns":5,"started":"2026-11-28T11:34:00.000000005Z","wall_offset_ns":"1795865640000000000","wall_offset_bound_ns":61,"command_line":"ftracectl capture a)"
      "\xEF\xBF\xBD"
      R"(","events":["a:b"],"selects":["records: --uid 0"],"command_line_hex":"66747261636563746c20636170747572652061e9"}
{"type":"start","host":null,"boot_id":null,"kernel":null,"version":null,"clock":null,"started_ns":null,"started":null,"wall_offset_ns":null,"wall_offset_bound_ns":null,"command_line":null}
{"type":"exec","ts_ns":16763720443000,"clock":"mono","cpu":0,"pid":16773,"tid":16774,"ppid":16769,"uid":4294967294,"comm":"sh","syscall":"execve","filename":"/bin/sh","filename_from":"sched_process_exec","argv":["/bin/sh","a\nb",""],"argv_from":"uprobe","ret":-2,"error":"ENOENT","status":"failed","duration_ns":543000,"new_comm":null,"stack":["do_syscall_64"],"user_stack":["<00007f39b5a63ad7>"],"truncated":["argv"],"cwd":"/work","cwd_from":"proc"}
{"type":"exec","ts_ns":null,"ts":77,"clock":"mono","cpu":0,"pid":1,"tid":1,"ppid":null,"uid":null,"comm":null,"syscall":null,"filename":null,"filename_from":null,"argv":null,"argv_from":null,"ret":null,"error":null,"status":"unfinished","duration_ns":null,"new_comm":null,"filename_addr":"0x55e88e9ae988","argv_addr":"0x1"}
{"type":"exec","ts_ns":1,"clock":"mono","cpu":0,"pid":1,"tid":1,"ppid":null,"uid":null,"comm":"a)"
      "\xEF\xBF\xBD"
      R"(","syscall":"execveat","filename":null,"filename_from":null,"argv":["x","a)"
      "\xEF\xBF\xBD"
      R"(b"],"argv_from":"eprobe","ret":0,"error":null,"status":"ok","duration_ns":0,"new_comm":"x","comm_hex":"61e9","argv_hex":["78","61e962"]}
{"type":"exit","ts_ns":5,"cpu":1,"pid":2,"tid":3,"ppid":1,"comm":"sleep","exit_code":null,"signal":15,"lifetime_ns":4}
{"type":"event","ts_ns":9,"cpu":0,"pid":null,"tid":77,"comm":"x","event":"sched:sched_switch","fields":{"prev_pid":-1,"next_comm":"a","addr":"0xff","none":null}}
{"type":"lost","ts_ns":9,"cpu":1,"count":329}
{"type":"malformed","line":"?","why":"because"}
{"type":"disturbed","noticed_ns":12,"file":"tracing_on","what":"reads 0, it was 1"}
{"type":"clock_step","noticed_ns":13,"step_ns":"-3600000000000","wall_offset_ns":"-1","wall_offset_bound_ns":40}
{"type":"unwritten","noticed_ns":14,"count":2}
{"type":"unwritten","noticed_ns":null,"count":3}
)";
  const std::string out = again(lines);
  CHECK(out.substr(0, out.rfind("{\"type\":\"summary\"")) == lines);
  CHECK(again(lines, nullptr, 100000) == out);
}

TEST_CASE("record lines: the summary is the file's own, those of several files are added") {
  const std::string summary =
      R"({"type":"summary","records":2,"lost":3,"malformed":4,"kernel":null,"entries":5,"execs":1,"execs_with_argv":1,"duration_ns":1000000000})";
  const std::string out = again(summary + "\n" + summary + "\n");
  CHECK(out.find(R"("records":4,"lost":6,"malformed":8,"kernel":null,"entries":10,"execs":2)") !=
        std::string::npos);
  CHECK(again(R"({"type":"lost","ts_ns":null,"cpu":null,"count":7})").find("\"lost\":7") !=
        std::string::npos);
}

TEST_CASE("record lines: types that are not known are passed over and counted, keys too") {
  RecordLines::Counts counts;
  again(
      "{\"type\":\"new_thing\",\"x\":1}\n\n{\"type\":\"new_thing\"}\n{\"type\":\"exit\",\"pid\":1,\"tid\":1,"
      "\"later\":[{}]}",
      &counts);
  CHECK(counts.skipped.at("new_thing") == 2);
  CHECK(counts.records == 1);
  CHECK(counts.bad == 0);
}

TEST_CASE("record lines: a line that is no record says what is wrong with it") {
  CHECK(why("{") == "no JSON: unexpected end at column 2");
  CHECK(why("{}") == "a record without \\\"type\\\"");
  CHECK(why(R"({"type":"exec","pid":1})") == "a record of type exec without \\\"pid\\\" and \\\"tid\\\"");
  CHECK(why(R"({"type":"exit","pid":99999999999,"tid":1})").find("\\\"pid\\\"") != std::string::npos);
  CHECK(why(R"({"type":"exit","pid":-1,"tid":1})").find("without") != std::string::npos);
  CHECK(why(R"({"type":"exec","pid":1,"tid":1,"status":"odd"})").find("status") != std::string::npos);
  CHECK(why(R"({"type":"exec","pid":1,"tid":1,"argv":[1]})").find("argv") != std::string::npos);
  CHECK(why(R"({"type":"exec","pid":1,"tid":1,"argv_hex":["6"]})").find("argv_hex") != std::string::npos);
  CHECK(why(R"({"type":"exit","pid":1,"tid":1,"exit_code":256})").find("exit_code") != std::string::npos);
}
