#pragma once

#include <cstdint>
#include <string>

namespace ftracectl {

/// What was written.
struct WrittenTraceDat {
  std::uint64_t cpus = 0;
  std::uint64_t pages = 0;
  std::uint64_t bytes = 0;  ///< of the file
};

/// Writes a capture folder's pages as a trace.dat of version 6, which trace-cmd and KernelShark read: events, names of
/// tasks, symbols of stacks, the clock and the kernel's counts. A file that is there is never written over. Throws
/// Error(failed): the folder cannot be read, holds text (it has no pages), or the file cannot be written; then none is
/// left.
WrittenTraceDat write_trace_dat(const std::string& folder, const std::string& path);

}  // namespace ftracectl
