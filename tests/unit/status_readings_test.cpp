#include "live/status_readings.hpp"

#include <doctest/doctest.h>

using namespace ftracectl;

namespace {

Timestamp at(std::uint64_t ns) {
  Timestamp time;
  time.value = ns;
  time.is_known = time.is_time = true;
  return time;
}

}  // namespace

TEST_CASE("what /proc said of a task is not asked again for events from before it was asked") {
  int asked = 0;
  const auto read = [&](pid_t tid) {
    ++asked;
    return std::optional(ProcessStatus{tid, 1, 1000, "storm"});
  };
  StatusReadings readings("mono", read);
  const auto begin = monotonic_ns();
  for (std::uint64_t i = 0; i < 1000; ++i) CHECK(readings.read(7, at(begin - 1000 + i)).status->uid == 1000);
  CHECK(asked == 1);
  CHECK(readings.read(7, at(begin)).read_ns >= begin);
  CHECK(asked == 1);
  readings.read(7, at(monotonic_ns() + 1'000'000'000));  // an event after the reading
  CHECK(asked == 2);
  readings.read(8, at(begin));
  CHECK(asked == 3);
}

TEST_CASE("an event during a reading of /proc may have come behind what was read: it is asked again") {
  int asked = 0;
  std::uint64_t during = 0;
  StatusReadings readings("mono", [&](pid_t tid) {
    ++asked;
    during = monotonic_ns();
    return std::optional(ProcessStatus{tid, 1, 1000, "storm"});
  });
  const auto first = readings.read(7, at(1));
  CHECK(first.begun_ns <= during);
  CHECK(during <= first.read_ns);
  readings.read(7, at(first.begun_ns));
  CHECK(asked == 1);
  readings.read(7, at(during + 1));
  CHECK(asked == 2);
}

TEST_CASE("times of another clock say nothing about when /proc was asked") {
  int asked = 0;
  StatusReadings readings("local", [&](pid_t) {
    ++asked;
    return std::optional<ProcessStatus>();
  });
  readings.read(7, at(1));
  readings.read(7, at(1));
  CHECK(asked == 2);
}
