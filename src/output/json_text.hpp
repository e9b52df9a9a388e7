#pragma once

#include <cstdint>
#include <string_view>

#include "base/byte_buffer.hpp"
#include "base/digits.hpp"

namespace ftracectl {

// JSON written straight into bytes: records are many, and a document tree for each would cost more than
// decoding it. Each write_* puts its text where `at` points to and gives the end of it; the caller has seen
// to the room.

/// Room for any number, and for an address.
inline constexpr std::size_t json_number_room = digits_room + 4;
/// Room for a string of so many bytes: each may become \u00NN.
constexpr std::size_t json_string_room(std::size_t size) { return 6 * size + 2; }
/// Room for so many bytes in hex.
constexpr std::size_t json_hex_room(std::size_t size) { return 2 * size + 2; }

struct JsonString {
  char* end;
  bool is_utf8;  ///< false where there were bytes that are not: each of them has become U+FFFD
};

/// What stands between the quotes of `text` as a JSON string.
JsonString write_json_characters(char* at, std::string_view text);
/// `text` as a JSON string with its quotes.
JsonString write_json_string(char* at, std::string_view text);

/// `text` as lower-case hex digits with quotes: what is kept beside a string that was not UTF-8.
char* write_json_hex(char* at, std::string_view text);

inline char* write_number(char* at, std::uint64_t number) { return write_decimal(at, number); }
inline char* write_number(char* at, std::int64_t number) {
  if (number >= 0) return write_decimal(at, static_cast<std::uint64_t>(number));
  *at = '-';
  return write_decimal(at + 1, 0 - static_cast<std::uint64_t>(number));
}

/// "0x55e88e9ae988" with quotes.
inline char* write_json_address(char* at, std::uint64_t address) {
  *at++ = '"';
  *at++ = '0';
  *at++ = 'x';
  at = write_hex(at, address);
  *at = '"';
  return at + 1;
}

void append_number(ByteBuffer& to, std::int64_t number);
void append_number(ByteBuffer& to, std::uint64_t number);

}  // namespace ftracectl
