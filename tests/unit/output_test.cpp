#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "output/json_text.hpp"
#include "records/sink.hpp"
#include "support/record_schema.hpp"

using namespace ftracectl;
using nlohmann::json;

namespace {

ExecRecord some_record() {
  ExecRecord record;
  record.time = {2'894'836'187'000, true};
  record.cpu = 1;
  record.pid = record.tid = 2169;
  record.ppid = 2100;
  record.uid = 0;
  record.comm = "bash";
  record.syscall = ExecRecord::Syscall::execve;
  record.filename = "/usr/bin/true";
  record.filename_from = ValueSource::sched_process_exec;
  record.argv = {"true", "hello world"};
  record.argv_from = ValueSource::proc;
  record.ret = 0;
  record.status = ExecRecord::Status::ok;
  record.duration_ns = 538000;
  record.new_comm = "true";
  return record;
}

std::string output_of(const char* format, const ExecRecord& record) {
  const auto sink = find_output_format(format).make("mono");
  sink->record(record);
  return std::string(sink->buffer().view());
}

struct WrittenString {
  std::string text;
  bool is_utf8;
};

WrittenString json_string(std::string_view text) {
  std::string room(json_string_room(text.size()), '\0');
  const JsonString written = write_json_string(room.data(), text);
  room.resize(static_cast<std::size_t>(written.end - room.data()));
  return {room, written.is_utf8};
}

std::string number_text(auto number) {
  std::array<char, json_number_room> room;
  return {room.data(), write_number(room.data(), number)};
}

bool contains_key(const std::string& line, const char* key) { return json::parse(line).contains(key); }

}  // namespace

TEST_CASE("json text: numbers and addresses are what the standard library writes") {
  std::vector<std::uint64_t> numbers{0, UINT64_MAX, 1ULL << 63U, (1ULL << 63U) - 1};
  for (std::uint64_t power = 1; power < UINT64_MAX / 10; power *= 10) {
    numbers.insert(numbers.end(), {power - 1, power, power + 1, power * 9 + 7});
  }
  for (const auto number : numbers) {
    CAPTURE(number);
    CHECK(number_text(number) == std::to_string(number));
    const auto as_signed = static_cast<std::int64_t>(number);
    CHECK(number_text(as_signed) == std::to_string(as_signed));
    std::array<char, 24> expected;
    std::snprintf(expected.data(), expected.size(), "\"0x%llx\"", static_cast<unsigned long long>(number));
    std::array<char, json_number_room> room;
    CHECK(std::string(room.data(), write_json_address(room.data(), number)) == expected.data());
  }
}

TEST_CASE("jsonl: an exec record has its keys in the documented order") {
  CHECK(
      output_of("jsonl", some_record()) ==
      R"({"type":"exec","ts_ns":2894836187000,"clock":"mono","cpu":1,"pid":2169,"tid":2169,"ppid":2100,"uid":0,)"
      R"("comm":"bash","syscall":"execve","filename":"/usr/bin/true","filename_from":"sched_process_exec",)"
      R"("argv":["true","hello world"],"argv_from":"proc","ret":0,"error":null,"status":"ok",)"
      R"("duration_ns":538000,"new_comm":"true"})"
      "\n");
}

TEST_CASE("jsonl: what is not known is null, never empty") {
  ExecRecord record;
  record.tid = record.pid = 7;
  record.filename_addr = 0x55e88e9ae988;
  record.ret = -2;
  record.status = ExecRecord::Status::failed;
  const json parsed = json::parse(output_of("jsonl", record));
  for (const char* key : {"ppid", "uid", "comm", "syscall", "filename", "filename_from", "argv", "argv_from",
                          "duration_ns", "new_comm"}) {
    CAPTURE(key);
    CHECK(parsed.at(key).is_null());
  }
  CHECK(parsed["error"] == "ENOENT");
  CHECK(parsed["filename_addr"] == "0x55e88e9ae988");
}

TEST_CASE("jsonl: what /proc was asked for stands there, known or not, and nothing else of it") {
  ExecRecord record = some_record();
  record.place = {"/work/\xff", "/docker/abc", "abc"};
  CHECK_FALSE(contains_key(output_of("jsonl", record), "cwd"));
  record.place_keys.cwd = record.place_keys.container = true;
  json parsed = json::parse(output_of("jsonl", record));
  CHECK(parsed["cwd"] == "/work/\xEF\xBF\xBD");
  CHECK(parsed["cwd_hex"] == "2f776f726b2fff");
  CHECK(parsed["cwd_from"] == "proc");
  CHECK(parsed["container"] == "abc");
  CHECK(parsed["container_from"] == "cgroup");
  CHECK_FALSE(parsed.contains("cgroup"));
  record.place = {};
  record.place_keys.cgroup = true;
  parsed = json::parse(output_of("jsonl", record));
  for (const char* key : {"cwd", "cwd_from", "cgroup", "cgroup_from", "container", "container_from"}) {
    CAPTURE(key);
    CHECK(parsed.at(key).is_null());
  }
  const auto validated = test::validate_records(output_of("jsonl", record));
  REQUIRE(validated.trouble.empty());
  CHECK(validated.faults.empty());
}

TEST_CASE("text: what /proc was asked for stands on a line of its own") {
  ExecRecord record = some_record();
  record.place = {"/work/a b", "/", std::nullopt};
  record.place_keys = {true, true, true};
  const std::string text = output_of("text", record);
  CHECK(text.substr(text.find('\n', text.find("hello world"))) ==
        "\n                cwd \"/work/a b\"  cgroup /  container -\n");
}

TEST_CASE("jsonl: bytes that are not UTF-8 are kept in hex beside the string") {
  ExecRecord record = some_record();
  record.filename = "/t/\xff\xfe x";
  record.argv = {"ok", "na\xc3\xafve", "\xc3("};
  const json parsed = json::parse(output_of("jsonl", record));
  CHECK(parsed["filename"] == "/t/\xEF\xBF\xBD\xEF\xBF\xBD x");
  CHECK(parsed["filename_hex"] == "2f742ffffe2078");
  CHECK(parsed["argv"][1] == "na\xc3\xafve");
  CHECK(parsed["argv_hex"][2] == "c328");
  CHECK_FALSE(parsed.contains("comm_hex"));
}

TEST_CASE("jsonl: every control character and every invalid sequence gives valid JSON") {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  const auto written = json_string(all);
  CHECK_FALSE(written.is_utf8);
  const std::string back = json::parse(written.text).get<std::string>();
  CHECK(back.substr(0, 128) == all.substr(0, 128));
  for (const std::string invalid :
       {"\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf0\x9f\x98"}) {
    CHECK_FALSE(json_string(invalid).is_utf8);
    CHECK(json::accept(json_string(invalid).text));
  }
  for (const std::string valid : {"\xf0\x9f\x98\x80", "\xed\x9f\xbf", "\xe2\x98\x83", "\xf4\x8f\xbf\xbf"}) {
    CHECK(json_string(valid).is_utf8);
    CHECK(json::parse(json_string(valid).text).get<std::string>() == valid);
  }
}

TEST_CASE("text: columns line up, and no name can move the cursor") {
  ExecRecord record = some_record();
  record.comm = "a\nb\x1b[1m";
  const std::string output = output_of("text", record);
  CHECK(output.find('\x1b') == std::string::npos);
  CHECK(output.find("a\\nb\\x1b[1m") != std::string::npos);
  const auto newline = output.find('\n');
  const std::string header = output.substr(0, newline);
  const std::string row = output.substr(newline + 1);
  CHECK(header.find("COMMAND") == row.find("/usr/bin/true"));
  CHECK(header.find("RESULT") == row.find("ok "));
  CHECK(row.find("/usr/bin/true \"hello world\"\n") != std::string::npos);
}

TEST_CASE("text: a name in UTF-8 takes as many columns as it has characters") {
  ExecRecord record = some_record();
  record.comm = "\xc3\xa9\xe2\x98\x83\xc3\xbc";
  const std::string with_utf8 = output_of("text", record);
  record.comm = "abc";
  CHECK(with_utf8.size() == output_of("text", record).size() + 4);
}

TEST_CASE("an unknown format is refused with the names there are") {
  CHECK_THROWS_WITH(find_output_format("xml"), "unknown output format 'xml'; known: text, jsonl, ecs, trace");
}
