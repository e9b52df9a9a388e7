#include "base/printable.hpp"

#include <cstdint>

namespace ftracectl {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// Of a valid sequence.
std::uint32_t code_point(std::string_view sequence) {
  const auto byte = [&](std::size_t at) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(sequence[at]));
  };
  switch (sequence.size()) {
    case 1:
      return byte(0);
    case 2:
      return (byte(0) & 0x1FU) << 6U | (byte(1) & 0x3FU);
    case 3:
      return (byte(0) & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
    default:
      return (byte(0) & 0x07U) << 18U | (byte(1) & 0x3FU) << 12U | (byte(2) & 0x3FU) << 6U |
             (byte(3) & 0x3FU);
  }
}

template <typename Output>
void append_bytes(Output& to, std::string_view bytes) {
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    to += "\\x";
    to += hex_digits[byte >> 4U];
    to += hex_digits[byte & 0xFU];
  }
}

enum class Newlines { are_escaped, stay };

template <Newlines newlines, typename Output>
void append_escaped(Output& to, std::string_view text) {
  while (!text.empty()) {
    const char c = text.front();
    std::size_t plain = 0;
    while (plain < text.size() && text[plain] >= ' ' && text[plain] < '\x7f') ++plain;
    if (plain > 0) {
      to += text.substr(0, plain);
      text.remove_prefix(plain);
      continue;
    }
    const std::size_t length = utf8_length(text);
    const auto sequence = text.substr(0, length > 0 ? length : 1);
    if (newlines == Newlines::stay && (c == '\n' || c == '\t')) {
      to += c;
    } else if (c == '\n') {
      to += "\\n";
    } else if (c == '\t') {
      to += "\\t";
    } else if (length == 0 || steers_terminal(sequence)) {
      append_bytes(to, sequence);
    } else {
      to += sequence;
    }
    text.remove_prefix(sequence.size());
  }
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

bool steers_terminal(std::string_view sequence) {
  const std::uint32_t c = code_point(sequence);
  if (c < 0x20 || (c >= 0x7F && c < 0xA0)) return true;
  if (c < 0x61C) return false;
  return c == 0x61C || c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);
}

void append_printable(ByteBuffer& to, std::string_view text) {
  append_escaped<Newlines::are_escaped>(to, text);
}

std::string printable(std::string_view text) {
  std::string result;
  append_escaped<Newlines::are_escaped>(result, text);
  return result;
}

void append_printable_lines(std::string& to, std::string_view text) {
  append_escaped<Newlines::stay>(to, text);
}

std::string printable_json(std::string_view json) {
  std::string result;
  result.reserve(json.size());
  while (!json.empty()) {
    const std::size_t length = utf8_length(json);
    const auto sequence = json.substr(0, length > 0 ? length : 1);
    // Newlines between values are the serialiser's; within strings it has escaped them.
    const bool is_layout = sequence == "\n" || sequence == "\t";
    if (length == 0) {
      result += "\xEF\xBF\xBD";
    } else if (!is_layout && steers_terminal(sequence)) {
      const std::uint32_t c = code_point(sequence);
      result += "\\u";
      for (int shift = 12; shift >= 0; shift -= 4)
        result += hex_digits[c >> static_cast<unsigned>(shift) & 0xFU];
    } else {
      result += sequence;
    }
    json.remove_prefix(sequence.size());
  }
  return result;
}

}  // namespace ftracectl
