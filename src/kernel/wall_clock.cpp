#include "kernel/wall_clock.hpp"

#include <sys/timerfd.h>
#include <unistd.h>

#include <ctime>
#include <limits>

namespace ftracectl {

namespace {

constexpr int tries = 32;
/// Less is no step of mono_raw, which the wall clock leaves by up to 500 millionths as it is slewed. The others are
/// slewed with it.
constexpr std::int64_t slewed_ns = 1'000'000;

std::int64_t read_ns(int clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

int twin_of(std::string_view clock) {
  if (clock == "mono") return CLOCK_MONOTONIC;
  if (clock == "mono_raw") return CLOCK_MONOTONIC_RAW;
  if (clock == "boot") return CLOCK_BOOTTIME;
  return clock == "tai" ? CLOCK_TAI : -1;
}

}  // namespace

WallClock::WallClock(std::string_view clock) : clock_id_(twin_of(clock)) {
  if (clock_id_ < 0) return;
  timer_ = Fd(timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK));
  arm();
  offset_ = measure();
}

/// A timer that never goes off, and whose reading fails when the clock is set.
void WallClock::arm() {
  if (!timer_) return;
  itimerspec never{};
  never.it_value.tv_sec = std::numeric_limits<std::int32_t>::max();
  never.it_value.tv_sec *= 4;
  if (timerfd_settime(timer_.value(), TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, nullptr) != 0)
    timer_.reset();
}

std::optional<WallOffset> WallClock::measure() const {
  if (clock_id_ < 0) return std::nullopt;
  WallOffset best{0, std::numeric_limits<std::uint64_t>::max()};
  for (int i = 0; i < tries; ++i) {
    const std::int64_t before = read_ns(clock_id_);
    const std::int64_t wall = read_ns(CLOCK_REALTIME);
    const std::int64_t after = read_ns(clock_id_);
    const auto bound = static_cast<std::uint64_t>(after - before + 1) / 2 + 1;
    if (bound < best.bound_ns) best = {wall - before - (after - before) / 2, bound};
  }
  return best;
}

std::optional<std::uint64_t> WallClock::now() const {
  if (clock_id_ < 0) return std::nullopt;
  return static_cast<std::uint64_t>(read_ns(clock_id_));
}

std::optional<ClockStep> WallClock::look() {
  if (!offset_) return std::nullopt;
  const auto noticed = now();
  if (timer_) {
    std::uint64_t expired = 0;
    [[maybe_unused]] const ssize_t ignored = ::read(timer_.value(), &expired, sizeof expired);
    arm();
  }
  const auto measured = measure();
  const std::int64_t step = measured->offset_ns - offset_->offset_ns;
  const auto uncertain = static_cast<std::int64_t>(measured->bound_ns + offset_->bound_ns) + 1000;
  const std::int64_t smallest = clock_id_ == CLOCK_MONOTONIC_RAW ? slewed_ns : uncertain;
  if (step < smallest && step > -smallest) return std::nullopt;
  offset_ = measured;
  return ClockStep{*noticed, step, *measured};
}

}  // namespace ftracectl
