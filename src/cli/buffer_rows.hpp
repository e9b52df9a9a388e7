#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "kernel/buffer_overview.hpp"

namespace ftracectl::cli {

/// A table with one row a buffer, under a heading:
///     BUFFER     TRACING  EVENTS  CLOCK  BUFFER SIZE       TRACER  READ BY
///     top level  on       3       local  1410 KiB x 2 cpus  nop     cat (pid 100)
std::vector<std::vector<std::string>> buffer_rows(const std::vector<BufferOverview>& buffers);

/// {"instance":"x","tracing_on":true,"events_on":3,"clock":"mono","buffer_size_kb":1410, …}
nlohmann::ordered_json overview_json(const BufferOverview& buffer);

}  // namespace ftracectl::cli
