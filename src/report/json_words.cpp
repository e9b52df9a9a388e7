#include "report/json_words.hpp"

#include <cstdint>

#include "base/printable.hpp"

namespace ftracectl::report {

namespace {

void append_unit(std::string& to, std::uint32_t unit) {
  constexpr std::string_view digits = "0123456789abcdef";
  to += "\\u";
  for (const unsigned shift : {12U, 8U, 4U, 0U}) to += digits[unit >> shift & 0xFU];
}

}  // namespace

void append_json(std::string& to, std::string_view text) {
  to += '"';
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto sequence = text.substr(0, length > 0 ? length : 1);
    const char c = text.front();
    if (length == 0) {
      to += "\xEF\xBF\xBD";
    } else if (c == '"' || c == '\\') {
      to += '\\';
      to += c;
    } else if (c == '<' || c == '>' || c == '&') {
      append_unit(to, static_cast<unsigned char>(c));
    } else if (steers_terminal(sequence)) {
      const auto byte = [&](std::size_t at) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(sequence[at]));
      };
      // These have one to three bytes.
      append_unit(to, length == 1   ? byte(0)
                      : length == 2 ? (byte(0) & 0x1FU) << 6U | (byte(1) & 0x3FU)
                                    : (byte(0) & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU));
    } else {
      to += sequence;
    }
    text.remove_prefix(sequence.size());
  }
  to += '"';
}

}  // namespace ftracectl::report
