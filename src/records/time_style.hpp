#pragma once

namespace ftracectl {

/// How times are shown.
enum class TimeStyle {
  clock,  ///< as the capture's clock counts them
  wall,   ///< the date and time, RFC 3339 in UTC with nanoseconds; JSON has it beside the clock's
  delta,  ///< since the record before
  none,
};

}  // namespace ftracectl
