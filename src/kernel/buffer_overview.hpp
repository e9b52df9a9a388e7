#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/files.hpp"
#include "kernel/open_files.hpp"

namespace ftracectl {

/// A buffer at a glance: what a table of all of them shows.
struct BufferOverview {
  std::string instance;  ///< empty for the top-level buffer
  bool tracing_on = false;
  std::size_t events_on = 0;
  std::string clock;
  std::optional<std::uint64_t> size_kb;  ///< of each cpu; nothing where they differ
  std::uint64_t total_kb = 0;            ///< of all cpus
  std::string current_tracer;
  std::vector<OpenFile> readers;  ///< who reads it, as text or as pages
  bool left_behind = false;       ///< one of ftracectl's own, whose process is gone
};

/// `open` as of find_open_files().
BufferOverview read_buffer_overview(Files& files, const std::string& instance,
                                    const std::vector<OpenFile>& open);

/// The top-level buffer and all instances. One that goes away meanwhile is left out.
std::vector<BufferOverview> read_buffer_overviews(Files& files, const std::vector<OpenFile>& open);

/// The process that an instance of ftracectl's own is named after: 100 of "ftracectl-100",
/// "ftracectl-check-100" and "ftracectl-100-2"; nothing for any other name.
std::optional<std::int32_t> owner_of_instance(std::string_view name);

}  // namespace ftracectl
