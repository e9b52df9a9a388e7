#pragma once

#include <ftracectl/text_layout.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.hpp"
#include "kernel/tracefs.hpp"
#include "model/tracefs/kernel_counts.hpp"

namespace ftracectl {

/// The text of per_cpu/cpuN/stats for each cpu of a buffer, by "cpuN". `prefix` as of buffer_prefix().
std::map<std::string, std::string> read_cpu_stats(Files& files, const std::string& prefix);

/// The name in a prefix: "instances/x/" gives "x", that of the top-level buffer "".
std::string instance_of(const std::string& prefix);

/// The size of each cpu's buffer; nothing where they differ.
std::optional<std::uint64_t> read_buffer_kb(Files& files, const std::string& prefix);

/// The counts of all cpus of a buffer, added up. `prefix` as of buffer_prefix().
KernelCounts read_kernel_counts(Files& files, const std::string& prefix);

/// The trace_clock in use: "mono" of "local global [mono] boot".
std::string read_clock(Files& files, const std::string& prefix);

/// The options that bear on the text of trace_pipe, as they are now.
TextOptions read_text_options(Files& files, const std::string& prefix);

bool is_tracing_on(Files& files, const std::string& prefix);

/// Opens a buffer's trace_pipe, non-blocking. Throws Error(busy), naming the reader, when somebody reads it
/// already: the kernel allows one.
Fd open_trace_pipe(const Tracefs& tracefs, const std::string& prefix);

/// One cpu's binary pages, per_cpu/cpuN/trace_pipe_raw, opened non-blocking. Others may read them, too: what
/// one gets the other does not.
struct RawPipe {
  Fd fd;
  int cpu = -1;
};

/// Those of all cpus. Throws Error.
std::vector<RawPipe> open_raw_pipes(Tracefs& tracefs, const std::string& prefix);

/// Bytes that one read of them gives: a sub-buffer.
std::size_t read_page_size(Files& files, const std::string& prefix, std::size_t of_header_page);

/// Whether the numbers of this trace_clock are nanoseconds.
bool counts_time(std::string_view clock);

/// Opens a buffer's free_buffer, with options/disable_on_free set: when the descriptor is closed, and be it
/// by the death of its only holder, the kernel sets tracing_on to 0, drops what was not read and shrinks the
/// buffer (seen on 6.18). An empty Fd where the kernel does not have both files.
Fd open_free_buffer(Tracefs& tracefs, const std::string& prefix);

}  // namespace ftracectl
