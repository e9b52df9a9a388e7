#pragma once

#include <cstdint>
#include <string>

namespace ftracectl {

/// Something that another process did to the buffer while it was read, such that events may be missing.
struct Disturbance {
  std::uint64_t noticed_ns = 0;  ///< CLOCK_MONOTONIC; what is in the stream before this may be from after it
  std::string file;              ///< relative to the buffer: "tracing_on", "per_cpu/cpu0/trace_pipe_raw"
  std::string what;              ///< "reads 0, it was 1"
};

}  // namespace ftracectl
