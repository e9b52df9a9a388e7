#pragma once

#include <optional>
#include <string_view>

#include "base/fd.hpp"
#include "base/wall_time.hpp"

namespace ftracectl {

/// The difference between a trace_clock and the wall clock, and when that is changed.
class WallClock {
 public:
  /// `clock` as of trace_clock. mono, mono_raw, boot and tai have a twin that programs can read; others have no offset.
  explicit WallClock(std::string_view clock);

  /// Measured now: the wall clock is read between two readings of the other, as closely together as in the best of
  /// some tries.
  std::optional<WallOffset> measure() const;
  /// What was measured first, or behind the last step that look() gave.
  const std::optional<WallOffset>& offset() const { return offset_; }
  /// The clock's time now.
  std::optional<std::uint64_t> now() const;

  /// Readable when somebody has set the wall clock; -1 where the kernel does not say that.
  int fd() const { return timer_.value(); }
  /// The step that the wall clock has made since it was looked at last.
  std::optional<ClockStep> look();

 private:
  void arm();

  int clock_id_ = -1;
  Fd timer_;
  std::optional<WallOffset> offset_;
};

}  // namespace ftracectl
