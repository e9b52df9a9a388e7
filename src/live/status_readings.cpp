#include "live/status_readings.hpp"

#include <chrono>

namespace ftracectl {

namespace {

constexpr std::size_t max_readings = 8192;

}  // namespace

std::uint64_t monotonic_ns() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::nanoseconds(now).count());
}

StatusReadings::StatusReadings(std::string_view clock, Read read)
    : comparable_(clock == "mono"), read_(std::move(read)) {}

const StatusReadings::Reading& StatusReadings::read(pid_t tid, const Timestamp& time) {
  if (readings_.size() >= max_readings) readings_.clear();
  Reading& reading = readings_[tid];
  // Not by read_ns: an event between the two may have come behind what was read.
  const bool is_after = comparable_ && time.is_known && time.is_time && time.value <= reading.begun_ns;
  if (is_after) return reading;
  reading.begun_ns = monotonic_ns();
  reading.status = read_(tid);
  reading.read_ns = monotonic_ns();
  return reading;
}

}  // namespace ftracectl
