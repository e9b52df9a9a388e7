#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ftracectl {

/// What the comment lines at the top of a saved `trace` file say. trace_pipe has none.
///
///     # tracer: nop
///     #
///     # entries-in-buffer/entries-written: 490/1713   #P:2
///     #
///     #                                _-----=> irqs-off/BH-disabled
///     ...
///     #           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION
///     #              | |         |   |||||     |         |
struct TraceHeader {
  std::string tracer;                    ///< "nop"; empty where the text has no such header
  std::optional<std::uint64_t> entries;  ///< in the buffer, and so in the file
  std::optional<std::uint64_t> written;  ///< in all; the others were overwritten
  bool is_latency_format = false;        ///< another layout of lines
  bool is_complete = false;              ///< all of it is here: something else follows
};

/// The header at the start of `text`, of which more may follow.
TraceHeader parse_trace_header(std::string_view text);

}  // namespace ftracectl
