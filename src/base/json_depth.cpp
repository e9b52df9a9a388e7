#include "base/json_depth.hpp"

#include <algorithm>

namespace ftracectl {

namespace {

/// Where the string that opens at `at` ends: its closing quote, or the end of the text.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return at;
}

}  // namespace

void check_json_depth(std::string_view text) {
  int depth = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') at = end_of_string(text, at);
    if (c == ']' || c == '}') --depth;
    if ((c == '[' || c == '{') && ++depth > deepest_json) {
      const auto before = text.substr(0, at);
      const auto line = std::count(before.begin(), before.end(), '\n') + 1;
      const auto column = at - (before.rfind('\n') + 1) + 1;
      throw std::invalid_argument("JSON nested deeper than " + std::to_string(deepest_json) + " at line " +
                                  std::to_string(line) + ", column " + std::to_string(column));
    }
  }
}

std::string json_fault(std::string_view what) {
  constexpr std::string_view begin = "[json.exception.";
  const auto end = what.find("] ");
  if (!what.starts_with(begin) || end == std::string_view::npos) return std::string(what);
  return std::string(what.substr(end + 2));
}

}  // namespace ftracectl
