#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "saved/trace_dat_file.hpp"

namespace ftracectl {

/// One buffer of a trace.dat: where each cpu's pages are.
struct TraceDatBuffer {
  struct Cpu {
    int number = 0;
    std::uint64_t offset = 0;  ///< in the file, in bytes
    std::uint64_t size = 0;    ///< in the file, in bytes
  };
  std::string name;             ///< of the instance; empty: the top level
  std::string clock;            ///< "mono"; empty where the file does not say
  std::uint32_t page_size = 0;  ///< bytes
  bool is_compressed = false;   ///< in chunks of pages
  std::vector<Cpu> cpus;

  bool is_empty() const;
};

/// What trace-cmd writes (trace-cmd.dat.v6(5), trace-cmd.dat.v7(5)): the pages of trace_pipe_raw, and all that is needed
/// to decode them. Version 6 is one part behind the other, version 7 has sections that options point to:
///
///     17 08 44 "tracing" "7\0"  endian  bytes in a long  page size  "zstd\0" "1.5.4\0"  offset of the first options
struct TraceDat {
  struct Format {
    std::string system;
    std::string text;  ///< of the format file
  };
  TraceDatCompression compression = TraceDatCompression::none;
  std::string header_page;
  std::string header_event;
  std::vector<Format> formats;
  std::string kallsyms;
  std::string printk_formats;
  std::string cmdlines;                ///< "2169 bash" a line
  std::vector<std::string> cpu_stats;  ///< texts of per_cpu/cpuN/stats at the end of the recording
  std::vector<TraceDatBuffer> buffers;
  std::string machine;  ///< uname's, "Linux host 6.12.1 x86_64"; empty where the file does not say
};

/// The bytes a file of this kind begins with.
inline constexpr std::string_view trace_dat_magic = "\x17\x08\x44tracing";

/// Throws Error(failed): it is none, of an unknown version, of a big-endian machine, compressed by something else than
/// zstd, or cut off before the pages.
TraceDat read_trace_dat(const TraceDatFile& file);

}  // namespace ftracectl
