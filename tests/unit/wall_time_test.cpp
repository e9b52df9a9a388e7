// The wall clock's times: how they are written, how they come from the buffer's clock, and in each output format.

#include "base/wall_time.hpp"

#include <doctest/doctest.h>

#include <ctime>
#include <limits>
#include <nlohmann/json.hpp>

#include "kernel/wall_clock.hpp"
#include "records/sink.hpp"
#include "support/records.hpp"
#include "support/text.hpp"

using namespace ftracectl;
using namespace ftracectl::test;

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
/// 2026-11-28T11:34:00Z.
constexpr std::int64_t some_day_ns = 1'795'865'640 * second_ns;

std::string text_of(std::int64_t since_1970_ns) {
  Rfc3339 rfc3339;
  return std::string(rfc3339.text(since_1970_ns));
}

Start some_start() {
  Start start;
  start.host = "web1";
  start.clock = "mono";
  start.started_ns = 100;
  start.wall = WallOffset{some_day_ns, 61};
  return start;
}

ExecRecord exec_at(std::uint64_t ns) {
  ExecRecord record;
  record.time = {ns, true};
  record.pid = record.tid = 7;
  record.filename = "/bin/true";
  record.status = ExecRecord::Status::ok;
  return record;
}

/// A start, an exec, a step of an hour back, an exec, and one that comes late from before the step.
std::string run_of(const char* format, TimeStyle style) {
  const auto sink = find_output_format(format).make({"mono", style});
  const Start start = some_start();
  sink->record(start);
  const auto put = [&sink](std::uint64_t ns) {
    const ExecRecord record = exec_at(ns);
    sink->record(record);
  };
  put(1'000'000'001);
  const ClockStep step{5 * 1'000'000'000ULL, -3600 * second_ns, {some_day_ns - 3600 * second_ns, 40}};
  sink->record(step);
  put(6'000'000'002);
  put(4'000'000'003);
  const Lost lost{0, 3, {7'000'000'000, true}};
  sink->record(lost);
  const Unwritten unwritten{7'500'000'000, 12};
  sink->record(unwritten);
  sink->idle();
  return std::string(sink->buffer().view());
}

}  // namespace

TEST_CASE("wall time: RFC 3339 with nanoseconds, in UTC") {
  CHECK(text_of(0) == "1970-01-01T00:00:00.000000000Z");
  CHECK(text_of(-1) == "1969-12-31T23:59:59.999999999Z");
  CHECK(text_of(some_day_ns + 123'456'789) == "2026-11-28T11:34:00.123456789Z");
  CHECK(text_of(951'782'399 * second_ns) == "2000-02-28T23:59:59.000000000Z");
  CHECK(text_of(951'782'400 * second_ns) == "2000-02-29T00:00:00.000000000Z");
  CHECK(text_of(4'107'542'400 * second_ns) == "2100-03-01T00:00:00.000000000Z");
  Rfc3339 rfc3339;  // one writer for all: what is kept of the second before must not show
  for (std::int64_t day = -100'000; day < 100'000; day += 37) {
    const std::time_t second = day * 86'400 + (day * 7919) % 86'400;
    std::tm parts{};
    gmtime_r(&second, &parts);
    std::array<char, 40> expected;
    std::strftime(expected.data(), expected.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    CAPTURE(second);
    REQUIRE(rfc3339.text(second * second_ns) == std::string(expected.data()) + ".000000000Z");
    REQUIRE(rfc3339.text(second * second_ns + 5) == std::string(expected.data()) + ".000000005Z");
  }
}

TEST_CASE("wall time: each moment has the offset that was in force then, however many steps there were") {
  WallTimes times;
  CHECK_FALSE(times.at(5));
  times.start(WallOffset{100, 0});
  CHECK(times.at(5) == 105);
  times.step({10, 900, {1000, 0}});
  CHECK(times.at(9) == 109);
  CHECK(times.at(10) == 1010);
  for (std::uint64_t i = 1; i <= 1000; ++i) times.step({10 + i, 1, {static_cast<std::int64_t>(1000 + i), 0}});
  CHECK(times.at(5000) == 7000);
  CHECK(times.at(1000) == 1000 + 1990);
  times.start(std::nullopt);
  CHECK_FALSE(times.at(5));
}

TEST_CASE("wall time: numbers that only a made-up file has give no time, and nothing overflows") {
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  CHECK_FALSE(wall_ns(1, most));
  CHECK_FALSE(wall_ns(~std::uint64_t{0}, 0));
  CHECK(wall_ns(~std::uint64_t{0}, least) == most);
  CHECK(wall_ns(0, least) == least);
  CHECK(step_text({0, least, {}}) == "the wall clock was set 9223372036.854775 s back");
  CHECK(text_of(least) == "1677-09-21T00:12:43.145224192Z");
  CHECK(text_of(most) == "2262-04-11T23:47:16.854775807Z");
  const auto sink = find_output_format("jsonl").make({"mono", TimeStyle::wall});
  Start start = some_start();
  start.wall = WallOffset{most, 1};
  sink->record(start);
  const ExecRecord record = exec_at(~std::uint64_t{0});
  sink->record(record);
  for (const auto& read : parse_json_lines(std::string(sink->buffer().view())))
    CHECK(read[read["type"] == "start" ? "started" : "time"].is_null());
}

TEST_CASE("wall time: text shows it, what has passed since the record before, or nothing") {
  const std::string wall = run_of("text", TimeStyle::wall);
  CHECK(wall.starts_with("                          TIME     PID"));
  CHECK(contains(wall, "\n2026-11-28T11:34:01.000000001Z       7"));
  CHECK(contains(wall, "\n-- the wall clock was set 3600.000000 s back\n"));
  CHECK(contains(wall, "\n2026-11-28T10:34:06.000000002Z       7"));
  CHECK(contains(wall, "\n2026-11-28T11:34:04.000000003Z       7"));
  CHECK(contains(wall, "\n-- 12 lines found no room on the disk\n"));
  const std::string delta = run_of("text", TimeStyle::delta);
  CHECK(contains(delta, "\n      0.000000       7"));
  CHECK(contains(delta, "\n      5.000000       7"));
  CHECK(contains(delta, "\n     -1.999999       7"));
  const std::string none = run_of("text", TimeStyle::none);
  CHECK(none.starts_with("     PID"));
  CHECK(contains(none, "\n       7       - ok"));
  CHECK(contains(run_of("text", TimeStyle::clock), "\n      6.000000       7"));
}

TEST_CASE("wall time: JSON Lines have it beside the clock's, where it is asked for") {
  const auto records = parse_json_lines(run_of("jsonl", TimeStyle::wall));
  REQUIRE(records.size() == 7);
  CHECK(records[0]["type"] == "start");
  CHECK(records[0]["started"] == "2026-11-28T11:34:00.000000100Z");
  CHECK(records[0]["wall_offset_ns"] == std::to_string(some_day_ns));
  CHECK(records[0]["wall_offset_bound_ns"] == 61);
  CHECK(records[1]["time"] == "2026-11-28T11:34:01.000000001Z");
  CHECK(records[1]["ts_ns"] == 1'000'000'001);
  CHECK(records[2]["type"] == "clock_step");
  CHECK(records[2]["time"] == "2026-11-28T10:34:05.000000000Z");
  CHECK(records[2]["step_ns"] == "-3600000000000");
  CHECK(records[3]["time"] == "2026-11-28T10:34:06.000000002Z");
  CHECK(records[4]["time"] == "2026-11-28T11:34:04.000000003Z");
  CHECK(records[5]["time"] == "2026-11-28T10:34:07.000000000Z");
  CHECK(records[6]["type"] == "unwritten");
  for (const auto& record : parse_json_lines(run_of("jsonl", TimeStyle::clock)))
    CHECK_FALSE(record.contains("time"));
}

TEST_CASE("wall time: where nobody has said the offset there is none") {
  const auto sink = find_output_format("jsonl").make({"local", TimeStyle::wall});
  Start start = some_start();
  start.wall.reset();
  sink->record(start);
  const ExecRecord record = exec_at(5);
  sink->record(record);
  ExecRecord counted = exec_at(5);
  counted.time.is_time = false;
  sink->record(counted);
  const auto records = parse_json_lines(std::string(sink->buffer().view()));
  CHECK(records[0]["started"].is_null());
  CHECK(records[0]["wall_offset_ns"].is_null());
  CHECK(records[1]["time"].is_null());
  CHECK(records[1]["ts_ns"] == 5);
  CHECK(records[2]["time"].is_null());
  CHECK(records[2]["ts"] == 5);
}

TEST_CASE("wall clock: the offset of mono is what the two clocks say, within its bound") {
  WallClock clock("mono");
  REQUIRE(clock.offset());
  CHECK(clock.offset()->bound_ns < 1'000'000);
  timespec wall{};
  clock_gettime(CLOCK_REALTIME, &wall);
  const std::int64_t now = wall.tv_sec * second_ns + wall.tv_nsec;
  const std::int64_t said = static_cast<std::int64_t>(*clock.now()) + clock.offset()->offset_ns;
  CHECK(said >= now - 1000);
  CHECK(said < now + second_ns);
  CHECK(clock.fd() >= 0);
  CHECK_FALSE(clock.look());
  CHECK_FALSE(WallClock("local").offset());
  CHECK_FALSE(WallClock("x86-tsc").now());
}
