#pragma once

#include <string_view>
#include <vector>

#include "compare/match/text_agreement.hpp"

namespace ftracectl::compare {

/// Arguments of which each one is known.
struct JoinList {
  std::vector<SeenText> arguments;
  bool is_cut = false;  ///< there were more
};

/// Arguments joined by blanks.
struct JoinedText {
  std::string_view text;
  bool is_cut = false;           ///< there were more, or parts are missing
  std::size_t string_limit = 0;  ///< bytes at which its source cuts an argument; 0: none is known
  bool ends_at_empty = false;    ///< it ends in front of an empty argument
  bool escapes_newline = false;  ///< a newline is written as \n
};

/// What a list and a joined text say of each other.
Verdict compare_joined(const JoinList& list, const JoinedText& joined);

}  // namespace ftracectl::compare
