#pragma once

#include <ftracectl/event_table.hpp>
#include <ftracectl/text_layout.hpp>
#include <string_view>

#include "decode/text/line_header.hpp"

namespace ftracectl {

/// "CPU:1 [LOST 329 EVENTS]", without the newline.
bool parse_lost(std::string_view line, Lost& lost);

/// "# entries-in-buffer/entries-written: 429/3925   #P:2" of a saved `trace`, which has no other word for
/// what was overwritten. False where nothing was.
bool parse_written(std::string_view line, Lost& lost);

/// "# tracer: nop", the first line of a saved `trace`.
bool begins_trace_header(std::string_view line);

/// Whether a text is a page, as systrace writes it, by its first line; and the line behind which its trace begins.
bool is_html(std::string_view line);
bool begins_page_trace(std::string_view line);

/// "##### CPU 0 buffer started ####", which option `annotate` puts in.
bool is_annotation(std::string_view line);

/// Whether `line` is the kernel's mark before the frames of a stack.
bool is_stack_mark(std::string_view line);

/// Whether a new entry starts at the start of `bytes`: an event's header, a line of the kernel's own, or,
/// with TextLayout::bare, a line that begins as an event's text does.
LineHeader::Fit entry_starts(std::string_view bytes, TextLayouts layouts, const EventTable& events);

/// Where in `text`, behind its first byte, something stands that is a header in all its columns; npos where
/// nothing does. A marker that ends with a NUL has no newline, and the next entry follows on its line.
std::size_t find_header_inside(std::string_view text, TextLayouts layouts);

}  // namespace ftracectl
