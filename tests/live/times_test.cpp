// What records say of time: the start record, wall-clock times live and from a folder, and steps of the wall clock.

#include <doctest/doctest.h>
#include <sys/utsname.h>

#include <ctime>
#include <nlohmann/json.hpp>

#include "support/live.hpp"
#include "support/process.hpp"
#include "support/record_schema.hpp"
#include "support/records.hpp"
#include "support/shell.hpp"
#include "support/temporary_folder.hpp"
#include "support/text.hpp"

using namespace ftracectl::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;

std::int64_t wall_now_ns() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * second_ns + now.tv_nsec;
}

/// "2026-11-28T11:34:00.123456789Z".
std::int64_t ns_of(const std::string& rfc3339) {
  std::tm parts{};
  const char* rest = strptime(rfc3339.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  REQUIRE(rest != nullptr);
  REQUIRE(std::string(rest).size() == 11);
  return timegm(&parts) * second_ns + std::stoll(std::string(rest + 1, 9));
}

}  // namespace

TEST_CASE("times: JSON Lines begin with what the run says of itself, and --time wall is the wall clock's") {
  tracing_folder();
  const std::int64_t before = wall_now_ns();
  const auto finished = run_ftracectl({"capture", "--format", "jsonl", "--time", "wall", "--uid", "0",
                                       "--comm", "sh", "--", "sh", "-c", "/bin/true 'a b'"});
  const std::int64_t after = wall_now_ns();
  CAPTURE(finished.out);
  check_records_if_possible(finished.out);
  const auto records = parse_json_lines(finished.out);
  REQUIRE(records.size() == 3);
  const json& start = records[0];
  CHECK(start["type"] == "start");
  utsname names{};
  uname(&names);
  CHECK(start["host"] == names.nodename);
  CHECK(start["kernel"] == names.release);
  CHECK(start["boot_id"].get<std::string>() + "\n" == read_file("/proc/sys/kernel/random/boot_id"));
  CHECK(start["clock"] == "mono");
  CHECK(start["wall_offset_bound_ns"] < 1'000'000);
  CHECK(start["command_line"].get<std::string>() ==
        "ftracectl capture --format jsonl --time wall --uid 0 --comm sh -- sh -c '/bin/true '\\''a b'\\'''");
  CHECK(start["events"].size() > 2);
  CHECK(contains(start["selects"].dump(), "kernel: filter COMM == \\\"sh\\\""));
  CHECK(contains(start["selects"].dump(), "records: --uid 0"));
  CHECK(ns_of(start["started"]) >= before);
  const json& exec = records[1];
  CHECK(exec["argv"][1] == "a b");
  const std::int64_t at = ns_of(exec["time"]);
  CHECK(at == exec["ts_ns"].get<std::int64_t>() + std::stoll(start["wall_offset_ns"].get<std::string>()));
  CHECK(at > before);
  CHECK(at < after);
}

TEST_CASE("times: a folder gives the start record and the wall clock's times that the capture gave") {
  const Shell shell;
  for (const std::string format : {"jsonl", "text", "ecs"}) {
    CAPTURE(format);
    const std::string how = " --time wall --format " + format;
    const auto finished = shell.run("rm -rf $D/saved; $F capture --save $D/saved" + how +
                                    " -o $D/live -- sh -c '/bin/true; /nowhere; exit 0' 2>$D/err && "
                                    "$F decode $D/saved --tracefs /nowhere" +
                                    how + " >$D/decoded 2>>$D/err");
    CAPTURE(shell.file("err"));
    CHECK(finished.status == 0);
    CHECK(shell.file("decoded") == shell.file("live"));
    CHECK(contains(shell.file("live"), "T"));
  }
}

TEST_CASE("times: records that begin with a start record are read again, reported and compared") {
  const Shell shell;
  const auto finished = shell.run(
      "$F capture --format jsonl -o $D/a.jsonl -- sh -c '/bin/true; /bin/false; exit 0' 2>$D/err; "
      "$F decode $D/a.jsonl --format jsonl >$D/again.jsonl 2>>$D/err; $F decode $D/a.jsonl --time wall "
      ">$D/text "
      "2>>$D/err; $F report $D/a.jsonl >$D/report 2>>$D/err; $F compare $D/a.jsonl $D/again.jsonl "
      ">$D/compared "
      "2>>$D/err");
  CAPTURE(shell.file("err"));
  CHECK(finished.status == 0);
  const std::string lines = shell.file("a.jsonl");
  CHECK(lines.starts_with("{\"type\":\"start\","));
  // The kernel's own counts are not read again.
  CHECK(shell.file("again.jsonl").starts_with(lines.substr(0, lines.rfind("{\"type\":\"summary\""))));
  CHECK(contains(shell.file("text"), "Z "));
  CHECK(contains(shell.file("report"), "/bin/false"));
  CHECK_FALSE(contains(shell.file("err"), "unknown type"));
}

TEST_CASE("times: stream says of itself what it can, and that a clock without a twin has no wall times") {
  const ScratchInstance instance("ftracectl_test_times");
  const Shell shell;
  CHECK(write_file(instance.folder() + "/trace_clock", "mono"));
  const std::string stream = "$F stream --drain --format jsonl --time wall --instance " + instance.name();
  const auto mono =
      parse_json_lines(shell.run("echo 0 >" + instance.folder() + "/tracing_on; " + stream).out);
  REQUIRE(mono.size() == 2);
  CHECK(mono[0]["type"] == "start");
  CHECK(mono[0]["clock"] == "mono");
  CHECK(mono[0]["wall_offset_ns"].is_string());
  CHECK(mono[0]["command_line"] ==
        "ftracectl stream --drain --format jsonl --time wall --instance " + instance.name());
  CHECK(write_file(instance.folder() + "/trace_clock", "counter"));
  const auto counter = shell.run(stream);
  CHECK(contains(counter.err, "no program can read the clock counter"));
  CHECK(parse_json_lines(counter.out)[0]["wall_offset_ns"].is_null());
}

TEST_CASE("times: each file of a rotation begins with the start record") {
  const Shell shell;
  const auto finished = shell.run(
      "$F capture --rotate 3K -o $D/x.jsonl -- sh -c 'for i in 1 2 3 4 5 6 7 8 9 10 11 12; do /bin/true; "
      "done' "
      "2>$D/err; for f in $D/x.jsonl*; do head -n 1 $f | cut -c 1-16; done | sort | uniq -c; "
      "grep -h -c '\"type\":\"start\"' $D/x.jsonl* | sort -u; ls $D/x.jsonl* | wc -l");
  CAPTURE(finished.out);
  std::istringstream lines(finished.out);
  int files = 0;
  std::string beginning;
  int starts_in_each = 0;
  int there = 0;
  lines >> files >> beginning >> starts_in_each >> there;
  CHECK(beginning == "{\"type\":\"start\",");
  CHECK(starts_in_each == 1);
  CHECK(files > 2);
  CHECK(files == there);
}

TEST_CASE("times: the wall clock is set an hour ahead and back, and records say so") {
  if (!contains(read_file("/proc/cmdline"), "ftracectl.job=")) skip("only a guest's clock may be set");
  const Shell shell;
  const auto finished = shell.run(
      "$F capture --time wall -o $D/x.jsonl -- sh -c '"
      "at() { /bin/true $(date +%s); }; at; sleep 0.5; "
      "date -s @$(($(date +%s) + 3600)) >/dev/null; sleep 0.5; at; sleep 0.5; "
      "date -s @$(($(date +%s) - 3600)) >/dev/null; sleep 0.5; at' 2>$D/err");
  const std::string out = shell.file("x.jsonl");
  CAPTURE(out);
  CAPTURE(shell.file("err"));
  CHECK(finished.status == 0);
  check_records_if_possible(out);
  const auto records = parse_json_lines(out);
  const auto steps = of_type(records, "clock_step");
  REQUIRE(steps.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    const double step = std::stod(steps[i]["step_ns"].get<std::string>()) / 1e9 * (i == 0 ? 1 : -1);
    CHECK(step > 3590);
    CHECK(step < 3610);
  }
  int compared = 0;
  for (const auto& exec : of_type(records, "exec")) {
    if (exec["argv"].size() != 2 || exec["argv"][0] != "/bin/true") continue;
    const std::int64_t said = std::stoll(exec["argv"][1].get<std::string>());
    const std::int64_t seconds = ns_of(exec["time"]) / second_ns;
    CHECK(seconds >= said);
    CHECK(seconds < said + 10);
    ++compared;
  }
  CHECK(compared == 3);
  CHECK(contains(shell.file("err"), " s ahead"));
  CHECK(contains(shell.file("err"), " s back"));
}
