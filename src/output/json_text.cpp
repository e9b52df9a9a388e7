#include "output/json_text.hpp"

#include <array>
#include <cstring>

namespace ftracectl {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

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

std::size_t utf8_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[i])) return 0;
  }
  // Overlong forms, surrogates and numbers above U+10FFFF are told by the second byte.
  const auto second = static_cast<unsigned char>(text[1]);
  if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F)) return 0;
  if ((lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) return 0;
  return length;
}

JsonString write_json_string(char* at, std::string_view text) {
  bool is_utf8 = true;
  *at++ = '"';
  while (true) {
    at = write_plain(at, text);
    if (text.empty()) break;
    const std::size_t length = utf8_length(text);
    if (length == 0) {
      at = write(at, "\xEF\xBF\xBD");
      is_utf8 = false;
    } else if (length == 1 && text.front() != 0x7F) {
      at = write_json_control(at, text.front());
    } else {
      at = write(at, text.substr(0, length));
    }
    text.remove_prefix(length > 0 ? length : 1);
  }
  *at++ = '"';
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

void append_printable(ByteBuffer& to, std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto byte = static_cast<unsigned char>(text.front());
    // C1 controls (U+0080 to U+009F) steer terminals as C0 controls do.
    const bool is_c1 = length == 2 && byte == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0;
    if (text.front() == '\n') {
      to += "\\n";
    } else if (text.front() == '\t') {
      to += "\\t";
    } else if (length == 0 || byte < 0x20 || byte == 0x7F || is_c1) {
      for (std::size_t i = 0; i < (is_c1 ? 2U : 1U); ++i) {
        to += "\\x";
        write_hex_byte(to.room_for(2), text[i]);
        to.took(2);
      }
    } else {
      to.append(text.substr(0, length));
    }
    text.remove_prefix(length > 0 ? length : 1);
  }
}

}  // namespace ftracectl
