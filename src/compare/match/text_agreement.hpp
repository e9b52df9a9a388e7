#pragma once

#include <string>
#include <string_view>

#include "compare/match/comparison.hpp"

namespace ftracectl::compare {

/// A text of one side, and what is known of how that side cuts its texts.
struct SeenText {
  std::string_view text;
  bool is_marked_cut = false;  ///< by the source's own word, this very text
  bool may_be_cut = false;     ///< it is as long as the longest that its source tells
  std::size_t longest = 0;     ///< of its kind on its side, in bytes; 0: not known
};

/// What two texts say of each other: they agree, or they differ for a reason; `unexplained` where there is none.
Verdict compare_texts(const SeenText& left, const SeenText& right);

/// Whether a text of so many bytes fills a BPF program's buffer of 2^n bytes, of which the last one is a NUL.
bool fills_buffer(std::size_t size);
/// The same of a text whose side is known: a small buffer is told by all of its texts.
bool may_fill_buffer(const SeenText& seen);

/// The bytes of a text that was written as Latin-1 code points, each in UTF-8; empty where it is no such text, or has
/// no byte above 127.
std::string bytes_of_latin1(std::string_view text);

}  // namespace ftracectl::compare
