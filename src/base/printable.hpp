#pragma once

#include <string>
#include <string_view>

#include "base/byte_buffer.hpp"

namespace ftracectl {

/// The length of the UTF-8 sequence at the start of `text`, 0 where there is no valid one.
std::size_t utf8_length(std::string_view text);

/// Whether the UTF-8 sequence that `text` is steers a terminal, or the order in which it shows a line, instead of
/// being shown: C0 and C1 controls, DEL, the marks and overrides of bidirectional text, and the separators of lines
/// and paragraphs that are no newlines.
bool steers_terminal(std::string_view sequence);

/// `text` for a terminal: what steers it, and bytes that are not UTF-8, as \n, \t or \xNN, so that no name can move
/// the cursor or imitate a line.
void append_printable(ByteBuffer& to, std::string_view text);
std::string printable(std::string_view text);

/// The same for a whole output, in which newlines and tabs are the program's own: they stay.
void append_printable_lines(std::string& to, std::string_view text);

/// JSON text, as a serialiser made it, with what steers a terminal as \uNNNN, which means the same.
std::string printable_json(std::string_view json);

}  // namespace ftracectl
