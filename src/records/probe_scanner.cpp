#include "records/probe_scanner.hpp"

#include <algorithm>
#include <charconv>

namespace ftracectl {

namespace {

/// Of an empty string, in the place of what lies behind its NUL.
constexpr std::uint64_t something_behind = 0x100;

}  // namespace

bool ProbeScanner::literal(std::string_view text) {
  if (!rest_.starts_with(text)) return false;
  rest_.remove_prefix(text.size());
  return true;
}

bool ProbeScanner::number(std::uint64_t& value) {
  if (!literal("0x")) return false;
  const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value, 16);
  if (error != std::errc{}) return false;
  rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
  return true;
}

bool ProbeScanner::named_number(char letter, std::size_t index, std::uint64_t& value) {
  return name(letter, index) && number(value);
}

bool ProbeScanner::named_words(char letter, std::size_t index, Words& words) {
  if (!name(letter, index) || !literal("{")) return false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if ((i > 0 && !literal(",")) || !number(words[i])) return false;
  }
  return literal("}");
}

bool ProbeScanner::marked_string(const std::string& name, const std::string& mark,
                                 FetchedExec::Argument& argument) {
  const std::string end = " z" + name.substr(name == "n" ? 0 : 1) + mark;
  if (!literal(" " + name + "=")) return false;
  const auto at = rest_.find(end);
  if (at == std::string_view::npos) return false;
  const std::string_view text = rest_.substr(0, at);
  rest_.remove_prefix(at + end.size());
  argument.is_missing = text == "(fault)";
  if (argument.is_missing) return true;
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return false;
  argument.text = text.substr(1, text.size() - 2);
  argument.is_cut = argument.text.size() >= longest_ustring;
  return true;
}

bool ProbeScanner::name(char letter, std::size_t index) {
  const std::string text = {' ', letter};
  return literal(text) && literal(std::to_string(index)) && literal("=");
}

bool forget_behind_end(ProbeScanner::Words& words) {
  const auto is_zero = [](std::uint64_t word) { return word == 0; };
  for (std::size_t i = 0; i < words.size(); ++i) {
    unsigned bits = 0;
    while (bits < 64 && (words[i] >> bits & 0xff) != 0) bits += 8;
    if (bits == 64) continue;
    const bool was_empty = i == 0 && bits == 0 && !std::all_of(words.begin(), words.end(), is_zero);
    words[i] = was_empty ? something_behind : words[i] & ((std::uint64_t{1} << bits) - 1);
    std::fill(words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end(), 0);
    return true;
  }
  return false;
}

}  // namespace ftracectl
