#include "model/print/print_conversion.hpp"

#include "base/text.hpp"
#include "model/print/c_expression.hpp"

namespace ftracectl {

namespace {

constexpr std::string_view digits = "0123456789";

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Takes the characters of `set` off the front of `rest`.
std::string_view take_any(std::string_view& rest, std::string_view set) {
  const auto taken = rest.substr(0, rest.find_first_not_of(set));
  rest.remove_prefix(taken.size());
  return taken;
}

void apply_flags(std::string_view flags, PrintConversion& conversion) {
  for (const char flag : flags) {
    if (flag == '-')
      conversion.padding = PrintPiece::Padding::blanks_behind;
    else if (flag == '#')
      conversion.alternative = true;
    else if (flag != '0')
      throw CSyntaxError("a flag that is not read backwards");
    else if (conversion.padding == PrintPiece::Padding::blanks_before) {
      conversion.padding = PrintPiece::Padding::zeros;
    }
  }
}

/// `rest` stands behind the '%'.
PrintConversion take_conversion(std::string_view& rest) {
  PrintConversion conversion;
  apply_flags(take_any(rest, "-+ #0"), conversion);
  if (const auto width = take_any(rest, digits); !width.empty()) {
    const auto parsed = parse_number<std::size_t>(width);
    if (!parsed || *parsed > 1024) throw CSyntaxError("a width beyond reason");
    conversion.width = *parsed;
  }
  conversion.length = take_any(rest, "hlLzjt");
  constexpr std::string_view letters = "diuxXocsp";
  if (rest.empty() || letters.find(rest.front()) == std::string_view::npos) {
    throw CSyntaxError("a conversion that is not read backwards");
  }
  conversion.letter = rest.front();
  rest.remove_prefix(1);
  if (conversion.letter == 'p') {
    // The kernel takes every letter and digit behind %p for its own.
    std::size_t length = 0;
    while (length < rest.size() && is_alphanumeric(rest[length])) ++length;
    conversion.suffix = rest.substr(0, length);
    rest.remove_prefix(length);
  }
  return conversion;
}

}  // namespace

PrintTemplate parse_print_template(std::string_view format) {
  PrintTemplate result;
  std::string text;
  while (!format.empty()) {
    const auto percent = format.find('%');
    text += format.substr(0, percent);
    if (percent == std::string_view::npos) break;
    format.remove_prefix(percent + 1);
    if (format.starts_with('%')) {
      text += '%';
      format.remove_prefix(1);
      continue;
    }
    result.parts.push_back({std::move(text), take_conversion(format)});
    text.clear();
  }
  result.tail = std::move(text);
  return result;
}

}  // namespace ftracectl
