#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ftracectl::cli {

// What output/json_text.hpp writes into a ByteBuffer, at the end of a string: for reports, which are short.

/// False where there were bytes that are not UTF-8: each of them has become U+FFFD.
bool append_json_string(std::string& to, std::string_view text);
void append_json_hex(std::string& to, std::string_view text);
void append_number(std::string& to, std::int64_t number);
void append_number(std::string& to, std::uint64_t number);
void append_printable(std::string& to, std::string_view text);

}  // namespace ftracectl::cli
