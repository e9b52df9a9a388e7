#pragma once

#include <ftracectl/event.hpp>
#include <ftracectl/text_layout.hpp>
#include <string_view>

namespace ftracectl {

/// What stands before an event's message in a line of trace or trace_pipe.
///
///                 wl-243   [001] .....    5.053518: sys_execve(filename: ...
///                 wl-243   (    240) [001]          5.053518: ...     record-tgid on, irq-info off
///                 wl-243   (  240) [001] ....     5.053518: ...       until 5.9: five columns for each number
///     wl-243 [001] .... 5.053518: ...                                 trimmed, pasted: TextLayout::loose
///                 wl-243   [001] ....          1234: ...              a clock that counts no time, 5.10's
///                 flags
///         wl-243       1..... 17914us : ...                           latency-format
///         wl-243       1.....    2: ...                               the same with a clock that counts
///                 wl     243   1 0 00000000 00000001 [01242abe] 15.842ms (+0.000ms): ...       and verbose
///                 wl     243   1 0 00000000 00000001 [00001ee7f0f0c6da] 20982707 (+0): ...
///
/// The name is right-aligned in 16 columns (8 with latency-format) and holds anything, newlines included; the
/// dash behind it stands in its column whatever the name is. So the header is read by columns and not by
/// searching for a dash.
struct LineHeader {
  enum class Fit {
    yes,
    no,         ///< no entry starts here
    need_more,  ///< the bytes end before that can be told
  };
  Fit fit = Fit::no;
  std::size_t length = 0;  ///< bytes before the message
  std::string_view comm;   ///< without the blanks that fill the column; blanks of the name's own in front
                           ///< cannot be told from those
  bool comm_cut = false;   ///< the name fills a column of 8 and may be longer
  CpuContext context = CpuContext::task;
  std::int32_t tid = -1;
  int cpu = -1;
  int tid_columns = 0;  ///< 5 or 7; 0 where a long number has room in neither
  Timestamp time;
};

/// Reads the header as one of `layouts`; those without a header (bare, coded) fit nothing.
LineHeader parse_line_header(std::string_view bytes, TextLayouts layouts);

}  // namespace ftracectl
