#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ftracectl {

// JSON written straight into a growing buffer: records are many, and a document tree for each would cost more
// than decoding it.

/// `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD each; gives true if there
/// were none of those.
bool append_json_string(std::string& to, std::string_view text);

/// `text` as lower-case hex digits with quotes: what is kept beside a string that was not UTF-8.
void append_json_hex(std::string& to, std::string_view text);

void append_number(std::string& to, std::int64_t number);
void append_number(std::string& to, std::uint64_t number);

/// "0x55e88e9ae988" with quotes.
void append_json_address(std::string& to, std::uint64_t address);

/// `text` for a terminal: control characters and bytes that are not UTF-8 as \n, \t or \xNN, so that no name
/// can move the cursor or imitate a line.
void append_printable(std::string& to, std::string_view text);

/// The length of the UTF-8 sequence at the start of `text`, 0 where there is no valid one.
std::size_t utf8_length(std::string_view text);

}  // namespace ftracectl
