#pragma once

#include <ftracectl/event.hpp>
#include <ftracectl/schema.hpp>
#include <string_view>

#include "base/byte_buffer.hpp"
#include "decode/pages/printk_formats.hpp"
#include "decode/pages/raw_fields.hpp"

namespace ftracectl {

/// What the texts of ftrace's own entries are made with.
struct FtraceTexts {
  const SymbolNames& symbols;
  const PrintkFormats& formats;
};

/// The entries of ftrace itself that are a text and no event: print and raw_data (trace_marker,
/// trace_marker_raw, and trace_printk() whose format is no constant), bprint and bputs (trace_printk()). The
/// message is made in `made`, where it lives until that is cleared. False for any other entry, for one that is
/// too short, and for a trace_printk() of which the text cannot be known: then its fields must do.
bool read_ftrace_text(const EventSchema& schema, std::string_view payload, const FtraceTexts& texts,
                      ByteBuffer& made, Event& event);

}  // namespace ftracectl
