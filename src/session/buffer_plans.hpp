#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernel/event_state.hpp"
#include "kernel/files.hpp"
#include "model/tracefs/plan.hpp"

namespace ftracectl {

/// How a whole buffer is to be set; what is empty or 0 stays as it is.
struct BufferWishes {
  std::string clock;
  std::uint64_t buffer_kb = 0;       ///< of each cpu
  std::vector<std::string> options;  ///< "stacktrace" switches on, "nostacktrace" off
};

/// Throws Error(feature_missing), with the names there are, for a clock or an option that the buffer does not
/// have. `prefix` as of buffer_prefix(); with `is_new` the instance is yet to be made.
void check_buffer_wishes(Files& files, const std::string& prefix, bool is_new, const BufferWishes& wishes);

/// The clock last: setting it empties the buffer, which no undo brings back.
Plan plan_buffer(const std::string& prefix, const BufferWishes& wishes);

/// What brings a buffer back to what it was when the kernel had just made it: events off, no triggers,
/// filters and pids, no tracer, options, clock, cpus and size by default, tracing_on 1. Left alone: buffers
/// whose sizes differ from cpu to cpu (one write cannot undo that), trace_printk_dest of the top-level buffer
/// (to take it back is to take it from an instance), and its clock `global`, which the kernel itself chooses
/// at boot where the cpus' clocks differ (seen on 5.10 and 6.1). What the buffer holds is not among the
/// steps.
Plan plan_reset(const BufferState& state);

}  // namespace ftracectl
