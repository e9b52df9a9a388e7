#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ftracectl {

/// The whole of `text` as a number, or nothing: no sign for unsigned types, no blanks, no rest, no overflow.
template <std::integral T>
std::optional<T> parse_number(std::string_view text, int base = 10) {
  T value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc{} || stop != end || text.empty()) return std::nullopt;
  return value;
}

std::string_view trim(std::string_view text);

/// The pieces of `text` between separators. Empty pieces are kept; a separator at the very end adds none.
std::vector<std::string_view> split(std::string_view text, char separator);

/// The lines of `text` without their newlines.
inline std::vector<std::string_view> split_lines(std::string_view text) { return split(text, '\n'); }

std::string join(const std::vector<std::string>& pieces, std::string_view separator);

/// "512 KiB", "8 MiB", "1.5 GiB": the largest unit that leaves at least 1, with one digit behind the point
/// where that says more.
std::string size_text_of_kb(std::uint64_t kb);

/// Shell-style match of the whole of `text`: `*`, `?` and `[a-z]`, `[!a-z]`; `/` is nothing special.
bool glob_match(std::string_view pattern, std::string_view text);

}  // namespace ftracectl
