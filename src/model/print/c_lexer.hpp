#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ftracectl {

/// A token of C. Adjacent string literals have become one.
struct CToken {
  enum class Kind { end, identifier, number, text, character, punctuation };
  Kind kind = Kind::end;
  std::string text;  ///< of a literal: without quotes and escapes; of a number: its suffix, "UL"
  std::uint64_t value = 0;

  bool is(std::string_view punctuation) const { return kind == Kind::punctuation && text == punctuation; }
};

/// The tokens of `source`, an `end` behind them. Throws CSyntaxError.
std::vector<CToken> lex_c(std::string_view source);

}  // namespace ftracectl
