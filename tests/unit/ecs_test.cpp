// The Elastic Common Schema: every name that is printed is one of the published ones, of the published type, or ours.

#include <doctest/doctest.h>

#include <array>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "records/sink.hpp"
#include "support/formats.hpp"
#include "support/records.hpp"
#include "support/text.hpp"

using namespace ftracectl;
using namespace ftracectl::test;
using nlohmann::json;

namespace {

struct PublishedField {
  std::string type;
  bool is_array = false;
};

std::map<std::string, PublishedField> published_fields() {
  std::map<std::string, PublishedField> fields;
  std::ifstream file(fixtures_folder() + "/ecs/fields.csv");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream words(line);
    std::array<std::string, 4> word;
    for (auto& text : word) std::getline(words, text, ',');
    fields[word[0]] = {word[1], word[3] == "array"};
  }
  return fields;
}

bool is_of_type(const json& value, const PublishedField& field) {
  if (field.is_array) return value.is_array();
  if (field.type == "long") return value.is_number_integer();
  if (field.type == "date") return value.is_string() && value.get<std::string>().ends_with('Z');
  return value.is_string();
}

void check_names(const json& object, const std::string& above,
                 const std::map<std::string, PublishedField>& published) {
  for (const auto& [key, value] : object.items()) {
    const std::string name = above + key;
    if (name == "ftracectl") continue;
    CAPTURE(name);
    if (value.is_object()) {
      check_names(value, name + ".", published);
      continue;
    }
    REQUIRE(published.contains(name));
    CHECK(is_of_type(value, published.at(name)));
  }
}

Start some_start() {
  Start start;
  start.host = "web1";
  start.boot_id = "0b9c";
  start.clock = "mono";
  start.started_ns = 1;
  start.wall = WallOffset{1'795'865'640'000'000'000, 61};
  return start;
}

ExecRecord full_exec() {
  ExecRecord record;
  record.time = {1'000'000'001, true};
  record.cpu = 1;
  record.pid = 7;
  record.tid = 8;
  record.ppid = 6;
  record.uid = 4294967294U;
  record.comm = "sh";
  record.filename = "/bin/echo";
  record.argv = {"echo", "a\xe9", "b c"};
  record.ret = 0;
  record.status = ExecRecord::Status::ok;
  record.duration_ns = 12;
  record.new_comm = "echo";
  record.place = {"/work", "/system.slice/x", "0123456789ab"};
  record.place_keys = {true, true, true};
  record.kernel_stack = {"do_syscall_64"};
  record.user_stack = {"main"};
  record.truncated = {"argv"};
  return record;
}

CallRecord some_call() {
  CallRecord call;
  call.time = {2'000'000'000, true};
  call.cpu = 0;
  call.pid = call.tid = 9;
  call.uid = 0;
  call.comm = "cat";
  call.syscall = "openat";
  call.args = {{"filename", "/nowhere", CallRecord::Argument::Kind::text}};
  call.began = true;
  call.ret = -2;
  call.status = CallRecord::Status::failed;
  call.duration_ns = 5;
  return call;
}

/// All kinds of records, as ECS.
std::vector<json> all_kinds() {
  const auto sink = find_output_format("ecs").make({"mono"});
  const auto put = [&sink](const auto& record) { sink->record(record); };
  put(some_start());
  put(full_exec());
  ExecRecord failed = full_exec();
  failed.status = ExecRecord::Status::failed;
  failed.ret = -2;
  failed.new_comm.reset();
  failed.argv.reset();
  failed.place = {};
  put(failed);
  ExitRecord exit;
  exit.time = {1'500'000'000, true};
  exit.pid = exit.tid = 7;
  exit.ppid = 6;
  exit.comm = "echo";
  exit.exit_code = 3;
  exit.lifetime_ns = 99;
  put(exit);
  put(some_call());
  CallTotals totals;
  totals.syscall = "openat";
  totals.calls = 4;
  put(totals);
  Event event;
  event.time = {3'000'000'000, true};
  event.cpu = 0;
  event.tid = 5;
  event.name = "sched_switch";
  event.message = "prev_comm=x";
  put(event);
  put(Lost{0, 3, {4'000'000'000, true}});
  put(Malformed{"x", "y"});
  put(Disturbance{5'000'000'000, "tracing_on", "reads 0, it was 1"});
  put(ClockStep{6'000'000'000, 1'000'000'000, {1'795'865'641'000'000'000, 40}});
  put(Unwritten{7'000'000'000, 2});
  put(Summary{});
  return parse_json_lines(std::string(sink->buffer().view()));
}

}  // namespace

TEST_CASE("ecs: every name is a published one of the published type, or below ftracectl") {
  const auto published = published_fields();
  REQUIRE(published.size() > 20);
  const auto records = all_kinds();
  REQUIRE(records.size() == 12);
  for (const auto& record : records) {
    CAPTURE(record.dump());
    check_names(record, "", published);
    CHECK(record.contains("@timestamp"));
    CHECK(record["ecs"]["version"] == "9.4.0");
    CHECK(record["host"]["name"] == "web1");
    CHECK(record["event"]["module"] == "ftracectl");
  }
}

TEST_CASE("ecs: an exec has its process, its parent, its user and its outcome") {
  const auto records = all_kinds();
  const json& exec = records[0];
  CHECK(exec["@timestamp"] == "2026-11-28T11:34:01.000000001Z");
  CHECK(exec["event"]["action"] == "exec");
  CHECK(exec["event"]["category"] == json{"process"});
  CHECK(exec["event"]["type"] == json{"start"});
  CHECK(exec["event"]["outcome"] == "success");
  CHECK(exec["event"]["duration"] == 12);
  CHECK(exec["process"]["pid"] == 7);
  CHECK(exec["process"]["thread"]["id"] == 8);
  CHECK(exec["process"]["parent"]["pid"] == 6);
  CHECK(exec["process"]["name"] == "echo");
  CHECK(exec["process"]["executable"] == "/bin/echo");
  CHECK(exec["process"]["args"][2] == "b c");
  CHECK(exec["process"]["args_count"] == 3);
  CHECK(exec["process"]["command_line"] == "echo a\xEF\xBF\xBD b c");
  CHECK(exec["process"]["working_directory"] == "/work");
  CHECK(exec["container"]["id"] == "0123456789ab");
  CHECK(exec["user"]["id"] == "4294967294");
  CHECK(exec["ftracectl"]["args_hex"][1] == "61e9");
  CHECK(exec["ftracectl"]["caller"] == "sh");
  CHECK(exec["ftracectl"]["ts_ns"] == 1'000'000'001);
  const json& failed = records[1];
  CHECK(failed["event"]["type"] == json{"info"});
  CHECK(failed["event"]["outcome"] == "failure");
  CHECK(failed["error"]["code"] == "ENOENT");
  CHECK(failed["error"]["message"] == "No such file or directory");
  CHECK(failed["process"]["name"] == "sh");
  CHECK_FALSE(failed["process"].contains("args"));
  CHECK(records[2]["event"]["type"] == json{"end"});
  CHECK(records[2]["process"]["exit_code"] == 3);
  CHECK(records[3]["event"]["action"] == "openat");
  CHECK(records[3]["ftracectl"]["call_args"]["filename"] == "/nowhere");
}

TEST_CASE("ecs: what makes a capture incomplete is a record, with the time of the one before it") {
  const auto records = all_kinds();
  const std::map<std::string, std::string> kinds = {
      {"lost", "pipeline_error"},      {"malformed", "pipeline_error"}, {"disturbed", "pipeline_error"},
      {"unwritten", "pipeline_error"}, {"clock_step", "event"},         {"summary", "metric"}};
  std::size_t seen = 0;
  for (const auto& record : records) {
    const auto kind = kinds.find(record["event"]["action"]);
    if (kind == kinds.end()) continue;
    ++seen;
    CHECK(record["event"]["kind"] == kind->second);
    CHECK_FALSE(record["message"].get<std::string>().empty());
  }
  CHECK(seen == kinds.size());
  CHECK(records[7]["@timestamp"] == records[6]["@timestamp"]);
  CHECK(records[11]["@timestamp"] == "2026-11-28T11:34:08.000000000Z");
}
