#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string_view>

#include "base/byte_buffer.hpp"
#include "base/printable.hpp"

namespace ftracectl {

// What lines of text are put together from.

inline constexpr std::size_t pid_width = 7;

/// Characters on the screen, taking one column for each code point.
inline std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (const char c : text) width += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  return width;
}

inline void append_right(ByteBuffer& to, std::string_view text, std::size_t width) {
  const std::size_t taken = display_width(text);
  if (taken < width) to.append(width - taken, ' ');
  to += text;
}

inline void append_left(ByteBuffer& to, std::string_view text, std::size_t width) {
  to += text;
  const std::size_t taken = display_width(text);
  if (taken < width) to.append(width - taken, ' ');
}

/// An argument as one would type it: quoted where a shell would take it apart.
inline void append_argument(ByteBuffer& to, std::string_view argument) {
  constexpr std::string_view special = " \t\n\"'\\$`*?[]{}()<>|&;!#~";
  const bool quoted = argument.empty() || argument.find_first_of(special) != std::string_view::npos;
  if (!quoted) {
    append_printable(to, argument);
    return;
  }
  to += '"';
  for (const char c : printable(argument)) {
    if (c == '"') to += '\\';
    to += c;
  }
  to += '"';
}

inline void append_hex(ByteBuffer& to, std::uint64_t number) {
  std::array<char, 24> text;
  const int length =
      std::snprintf(text.data(), text.size(), "0x%llx", static_cast<unsigned long long>(number));
  to += std::string_view(text.data(), static_cast<std::size_t>(length));
}

}  // namespace ftracectl
