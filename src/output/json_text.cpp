#include "output/json_text.hpp"

#include <array>
#include <bit>
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

/// "00" to "99".
constexpr std::array<char, 200> digit_pairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

/// "00" to "ff".
constexpr std::array<char, 512> hex_pairs = [] {
  std::array<char, 512> pairs{};
  for (std::size_t i = 0; i < 256; ++i) {
    pairs[2 * i] = hex_digits[i >> 4U];
    pairs[2 * i + 1] = hex_digits[i & 0xFU];
  }
  return pairs;
}();

constexpr std::array<std::uint64_t, 20> powers_of_ten = [] {
  std::array<std::uint64_t, 20> powers{};
  std::uint64_t power = 1;
  for (auto& entry : powers) {
    entry = power;
    power *= 10;
  }
  return powers;
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

/// Digits that the number has, of which the highest bit tells all but one.
unsigned count_digits(std::uint64_t number) {
  number |= 1U;  // 0 has one digit, too
  const auto bits = static_cast<unsigned>(std::bit_width(number));
  const unsigned least = bits * 1233U >> 12U;  // log10(2) is a little less than 1233 / 4096
  return least + (number >= powers_of_ten[least] ? 1U : 0U);
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
    std::size_t plain = 0;
    for (; plain < text.size() && is_plain[static_cast<unsigned char>(text[plain])]; ++plain) {
      *at++ = text[plain];
    }
    text.remove_prefix(plain);
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

/// In place from the last digit to the first, two at a time: a third of the instructions of std::to_chars.
char* write_number(char* at, std::uint64_t number) {
  char* const end = at + count_digits(number);
  char* digits = end;
  while (number >= 100) {
    digits -= 2;
    std::memcpy(digits, digit_pairs.data() + 2 * (number % 100), 2);
    number /= 100;
  }
  if (number >= 10) {
    std::memcpy(digits - 2, digit_pairs.data() + 2 * number, 2);
  } else {
    digits[-1] = static_cast<char>('0' + number);
  }
  return end;
}

char* write_number(char* at, std::int64_t number) {
  if (number >= 0) return write_number(at, static_cast<std::uint64_t>(number));
  *at = '-';
  return write_number(at + 1, 0 - static_cast<std::uint64_t>(number));
}

char* write_json_address(char* at, std::uint64_t address) {
  std::memcpy(at, "\"0x", 3);
  char* const end = at + 3 + (static_cast<unsigned>(std::bit_width(address | 1U)) + 3) / 4;
  char* digits = end;
  for (; digits - at > 4; address >>= 8U) {
    digits -= 2;
    std::memcpy(digits, hex_pairs.data() + 2 * (address & 0xFFU), 2);
  }
  if (digits - at > 3) *--digits = hex_digits[address & 0xFU];
  *end = '"';
  return end + 1;
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
