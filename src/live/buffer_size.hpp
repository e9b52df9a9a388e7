#pragma once

#include <cstddef>
#include <cstdint>

namespace ftracectl {

/// What a machine has for a buffer.
struct MemoryForTracing {
  std::uint64_t available_kb = 0;  ///< 0: not known
  std::uint64_t cpus = 1;          ///< that the machine may have: each has a buffer
};

MemoryForTracing read_memory_for_tracing();

/// The size of each cpu's buffer for events that come in floods. A reader that looks every 20 milliseconds
/// leaves 4 MiB at the 200 MB/s that one cpu was seen to record at most; twice that is 8 MiB. All cpus together
/// get at most 256 MiB and a 64th of the available memory, and a cpu not less than the kernel gives by itself.
std::uint64_t default_buffer_kb(const MemoryForTracing& memory);

/// What may be read and not decoded yet: 64 MiB, or a 32nd of the available memory, at least 8 MiB. A program
/// in a storm of events may make them faster than they are decoded: this bridges half a second of that.
std::size_t default_queue_bytes(const MemoryForTracing& memory);

}  // namespace ftracectl
