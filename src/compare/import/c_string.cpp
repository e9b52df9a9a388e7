#include "compare/import/c_string.hpp"

namespace ftracectl::compare {

namespace {

bool is_octal(char c) { return c >= '0' && c <= '7'; }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

char take_escape(std::string_view& rest) {
  const char c = rest[0];
  if (is_octal(c)) {
    int value = 0;
    for (int digits = 0; digits < 3 && !rest.empty() && is_octal(rest[0]); ++digits, rest.remove_prefix(1))
      value = value * 8 + (rest[0] - '0');
    return static_cast<char>(value);
  }
  rest.remove_prefix(1);
  if (c == 'x' && rest.size() >= 2 && hex_digit(rest[0]) >= 0 && hex_digit(rest[1]) >= 0) {
    const int value = hex_digit(rest[0]) * 16 + hex_digit(rest[1]);
    rest.remove_prefix(2);
    return static_cast<char>(value);
  }
  constexpr std::string_view names = "abfnrtv";
  constexpr std::string_view meant = "\a\b\f\n\r\t\v";
  const auto found = names.find(c);
  return found == names.npos ? c : meant[found];
}

}  // namespace

bool take_c_string(std::string_view& rest, std::string& to, bool& is_cut) {
  if (!rest.starts_with('"')) return false;
  rest.remove_prefix(1);
  while (!rest.empty() && rest[0] != '"') {
    const char c = rest[0];
    if (c != '\\') {
      to += c;
      rest.remove_prefix(1);
      continue;
    }
    rest.remove_prefix(1);
    if (rest.empty()) return false;
    to += take_escape(rest);
  }
  if (rest.empty()) return false;
  rest.remove_prefix(1);
  if (rest.starts_with("...")) {
    is_cut = true;
    rest.remove_prefix(3);
  }
  return true;
}

}  // namespace ftracectl::compare
