#pragma once

#include <memory>
#include <string>

#include "kernel/pump.hpp"
#include "kernel/tracefs.hpp"

namespace ftracectl {

/// What is read of a buffer.
enum class TraceSource {
  automatic,
  text,  ///< trace_pipe
  raw,   ///< the binary pages of per_cpu/cpuN/trace_pipe_raw
};

/// "auto", "text", "raw". Throws Error(usage).
TraceSource parse_trace_source(const std::string& text);

/// Whether binary pages can be decoded here: the kernel says how they are laid out, and the machine is
/// little-endian.
bool can_read_raw(Files& files);

/// How long a reader may let events wait.
struct Eagerness {
  bool at_once = false;  ///< an event wakes it
  /// Then it lets others gather so long, in which none wakes it: to be woken for each costs the traced
  /// program its speed.
  std::chrono::milliseconds gather{0};
  std::chrono::milliseconds look_every{20};  ///< where no event wakes it
  bool real_time = false;
  std::size_t max_queued = std::size_t{8} * 1024 * 1024;  ///< bytes read and not decoded yet
};

/// The pump on a buffer's pipes: trace_pipe, or the raw ones, which are read page by page.
std::unique_ptr<Pump> open_pump(Tracefs& tracefs, const std::string& prefix, bool is_raw,
                                std::size_t page_size, const Eagerness& eagerness);

}  // namespace ftracectl
