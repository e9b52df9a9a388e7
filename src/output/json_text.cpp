#include "output/json_text.hpp"

#include <array>
#include <charconv>

namespace ftracectl {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// Characters that stand for themselves in a JSON string and in printable text.
bool is_plain(char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; }

void append_hex_byte(std::string& to, char c) {
  const auto byte = static_cast<unsigned char>(c);
  to += hex_digits[byte >> 4U];
  to += hex_digits[byte & 0xFU];
}

void append_json_control(std::string& to, char c) {
  switch (c) {
    case '"':
      to += "\\\"";
      return;
    case '\\':
      to += "\\\\";
      return;
    case '\n':
      to += "\\n";
      return;
    case '\t':
      to += "\\t";
      return;
    case '\r':
      to += "\\r";
      return;
    default:
      break;
  }
  to += "\\u00";
  append_hex_byte(to, c);
}

template <typename Number>
void append_digits(std::string& to, Number number, int base = 10) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base).ptr;
  to.append(digits.data(), end);
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

bool append_json_string(std::string& to, std::string_view text) {
  bool valid = true;
  to += '"';
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && is_plain(text[plain])) ++plain;
    to.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    const std::size_t length = utf8_length(text);
    if (length == 0) {
      to += "\xEF\xBF\xBD";
      valid = false;
    } else if (length == 1 && text.front() != 0x7F) {
      append_json_control(to, text.front());
    } else {
      to.append(text.substr(0, length));
    }
    text.remove_prefix(length > 0 ? length : 1);
  }
  to += '"';
  return valid;
}

void append_json_hex(std::string& to, std::string_view text) {
  to += '"';
  for (const char c : text) append_hex_byte(to, c);
  to += '"';
}

void append_number(std::string& to, std::int64_t number) { append_digits(to, number); }
void append_number(std::string& to, std::uint64_t number) { append_digits(to, number); }

void append_json_address(std::string& to, std::uint64_t address) {
  to += "\"0x";
  append_digits(to, address, 16);
  to += '"';
}

void append_printable(std::string& to, std::string_view text) {
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
        append_hex_byte(to, text[i]);
      }
    } else {
      to.append(text.substr(0, length));
    }
    text.remove_prefix(length > 0 ? length : 1);
  }
}

}  // namespace ftracectl
