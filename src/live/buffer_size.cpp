#include "live/buffer_size.hpp"

#include <unistd.h>

#include <algorithm>

#include "kernel/environment.hpp"

namespace ftracectl {

namespace {

constexpr std::uint64_t kernels_own_kb = 1408;
constexpr std::uint64_t wanted_kb = std::uint64_t{8} * 1024;
constexpr std::uint64_t most_in_all_kb = std::uint64_t{256} * 1024;

}  // namespace

MemoryForTracing read_memory_for_tracing() {
  const long cpus = sysconf(_SC_NPROCESSORS_CONF);
  return {read_available_memory_kb().value_or(0), static_cast<std::uint64_t>(std::max(cpus, 1L))};
}

std::uint64_t default_buffer_kb(const MemoryForTracing& memory) {
  const std::uint64_t in_all = std::min(most_in_all_kb, memory.available_kb / 64);
  return std::clamp(in_all / std::max<std::uint64_t>(memory.cpus, 1), kernels_own_kb, wanted_kb);
}

std::size_t default_queue_bytes(const MemoryForTracing& memory) {
  constexpr std::uint64_t least = std::uint64_t{8} << 20U;
  constexpr std::uint64_t most = std::uint64_t{64} << 20U;
  return std::clamp(memory.available_kb * 1024 / 32, least, most);
}

}  // namespace ftracectl
