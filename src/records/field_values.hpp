#pragma once

#include <cstdint>
#include <ftracectl/event.hpp>
#include <optional>
#include <string_view>

#include "base/field_name.hpp"
#include "base/wall_time.hpp"

namespace ftracectl {

// What fields of records hold beside numbers and texts.

/// A number of which -1 means that the line did not say.
struct IfTold {
  std::int64_t number;
};

/// One of the program's own words, which have nothing to escape; null where it is empty.
struct Word {
  std::string_view text;
};

/// The name of an errno, where `ret` is the negative of one.
struct ErrorOf {
  std::optional<std::int64_t> ret;
};

/// What nobody can know.
struct NeverKnown {};

/// The trace_clock of the buffer, which the sink knows.
struct BufferClock {};

/// A moment of the buffer's clock as RFC 3339 has it; null where it or the offset is not known.
struct WallText {
  std::optional<std::uint64_t> clock_ns;
  std::optional<WallOffset> wall;
};

/// "system:name" of an event.
struct EventName {
  const Event& event;
};

/// An event's own fields, an object.
struct EventFields {
  const Event& event;
};

}  // namespace ftracectl
