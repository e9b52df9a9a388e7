#include "output/json_text.hpp"

#include <array>
#include <cstring>

#include "base/printable.hpp"

namespace ftracectl {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

/// Characters that stand for themselves in a JSON string. A table: the loop over a text takes a few
/// instructions a byte.
constexpr std::array<bool, 256> is_plain = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0x20; c < 0x7F; ++c) table[c] = c != '"' && c != '\\';
  return table;
}();

char* write(char* at, std::string_view text) {
  std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

char* write_hex_byte(char* at, char c) {
  const auto byte = static_cast<unsigned char>(c);
  at[0] = hex_digits[byte >> 4U];
  at[1] = hex_digits[byte & 0xFU];
  return at + 2;
}

char* write_json_control(char* at, char c) {
  switch (c) {
    case '"':
      return write(at, "\\\"");
    case '\\':
      return write(at, "\\\\");
    case '\n':
      return write(at, "\\n");
    case '\t':
      return write(at, "\\t");
    case '\r':
      return write(at, "\\r");
    default:
      return write_hex_byte(write(at, "\\u00"), c);
  }
}

/// \u009b: a code point below U+10000, of two or three bytes.
char* write_json_unit(char* at, std::string_view sequence) {
  const auto bits = [&](std::size_t i, unsigned mask) {
    return static_cast<unsigned char>(sequence[i]) & mask;
  };
  const unsigned unit = sequence.size() == 2 ? bits(0, 0x1F) << 6U | bits(1, 0x3F)
                                             : bits(0, 0x0F) << 12U | bits(1, 0x3F) << 6U | bits(2, 0x3F);
  at = write(at, "\\u");
  for (int shift = 12; shift >= 0; shift -= 4)
    *at++ = hex_digits[unit >> static_cast<unsigned>(shift) & 0xFU];
  return at;
}

/// Whether all eight characters of a word stand for themselves: as is_plain.
bool is_plain_word(std::uint64_t word) {
  using digits::each_byte;
  constexpr std::uint64_t high_bits = each_byte * 0x80;
  const auto below = [&](std::uint64_t bytes, std::uint64_t bound) { return bytes - each_byte * bound; };
  const std::uint64_t special = below(word, 0x20) | below(word ^ each_byte * '"', 1) |
                                below(word ^ each_byte * '\\', 1) | below(word ^ each_byte * 0x7F, 1);
  return ((word | special) & high_bits) == 0;
}

/// Writes characters up to the first that does not stand for itself, and takes them from `text`.
char* write_plain(char* at, std::string_view& text) {
  const char* from = text.data();
  const char* const end = from + text.size();
  for (; end - from >= 8; from += 8, at += 8) {
    const std::uint64_t word = load_word(from);
    if (!is_plain_word(word)) break;
    store_word(at, word);
  }
  while (from != end && is_plain[static_cast<unsigned char>(*from)]) *at++ = *from++;
  text.remove_prefix(static_cast<std::size_t>(from - text.data()));
  return at;
}

}  // namespace

JsonString write_json_string(char* at, std::string_view text) {
  *at++ = '"';
  JsonString written = write_json_characters(at, text);
  *written.end++ = '"';
  return written;
}

JsonString write_json_characters(char* at, std::string_view text) {
  bool is_utf8 = true;
  while (true) {
    at = write_plain(at, text);
    if (text.empty()) break;
    const std::size_t length = utf8_length(text);
    if (length == 0) {
      at = write(at, "\xEF\xBF\xBD");
      is_utf8 = false;
    } else if (length == 1) {
      at = write_json_control(at, text.front());
    } else if (steers_terminal(text.substr(0, length))) {
      at = write_json_unit(at, text.substr(0, length));
    } else {
      at = write(at, text.substr(0, length));
    }
    text.remove_prefix(length > 0 ? length : 1);
  }
  return {at, is_utf8};
}

char* write_json_hex(char* at, std::string_view text) {
  *at++ = '"';
  for (const char c : text) at = write_hex_byte(at, c);
  *at++ = '"';
  return at;
}

void append_number(ByteBuffer& to, std::int64_t number) {
  char* at = to.room_for(json_number_room);
  to.took(static_cast<std::size_t>(write_number(at, number) - at));
}

void append_number(ByteBuffer& to, std::uint64_t number) {
  char* at = to.room_for(json_number_room);
  to.took(static_cast<std::size_t>(write_number(at, number) - at));
}

}  // namespace ftracectl
