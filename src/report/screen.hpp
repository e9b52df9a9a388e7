#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ftracectl::report {

/// What a report in text is printed on.
struct Screen {
  std::size_t width = 80;  ///< columns; at least 60 are used
  bool is_utf8 = true;     ///< false: bars and branches in ASCII
};

/// Columns that the text takes, one for each code point.
std::size_t columns(std::string_view text);
/// The text made printable, in at most `width` columns: what is longer ends with an ellipsis.
std::string clipped(const Screen& screen, std::string_view text, std::size_t width);
/// The same, filled with blanks up to the width.
std::string left(const Screen& screen, std::string_view text, std::size_t width);
std::string right(std::string_view text, std::size_t width);
/// A bar of up to `width` columns for `part` of `whole`.
std::string bar(const Screen& screen, std::uint64_t part, std::uint64_t whole, std::size_t width);
/// Lines of at most `width` columns, each behind `indent`.
std::string folded_words(std::string_view text, std::size_t width, std::string_view indent);

}  // namespace ftracectl::report
