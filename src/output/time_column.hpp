#pragma once

#include <cstddef>
#include <cstdint>
#include <ftracectl/event.hpp>
#include <optional>
#include <string>

#include "base/wall_time.hpp"
#include "records/time_style.hpp"

namespace ftracectl {

/// "12.034" of 12,034 and three digits. This and what else stands in every line is written without printf, which took
/// half of the time of a line.
std::string decimal_text(std::uint64_t number, unsigned digits);

/// The first column of a line, in the style that the user chose.
class TimeColumn {
 public:
  static constexpr std::size_t clock_width = 14;
  static constexpr std::size_t wall_width = 30;

  explicit TimeColumn(TimeStyle style) : style_(style) {}

  std::size_t width() const {
    if (style_ == TimeStyle::none) return 0;
    return style_ == TimeStyle::wall ? wall_width : clock_width;
  }
  void start(const std::optional<WallOffset>& wall) { wall_.start(wall); }
  void step(const ClockStep& step) { wall_.step(step); }

  std::string text(const Timestamp& time);

 private:
  std::string delta_text(std::uint64_t now);

  TimeStyle style_;
  WallTimes wall_;
  Rfc3339 rfc3339_;
  std::optional<std::uint64_t> before_;
};

}  // namespace ftracectl
