#pragma once

#include <functional>
#include <string_view>

#include "model/filter/filter_parser.hpp"

namespace ftracectl {

/// What an expression of a hist trigger, or a part of one, is.
enum class HistValue {
  number,
  microseconds,  ///< with .usecs: an operand of its like and of variables alone
  text,          ///< a string field: no operand
  constant,      ///< 17, 0x11
  variable,      ///< $ts0: of this trigger or of another, which only the kernel knows
};

/// Checks a field with its modifier, "prev_prio.log2", and says what it is. Throws TextFault.
using CheckHistField = std::function<HistValue(std::string_view)>;

/// Reads an expression as the kernel's parse_expr() does, which knows + - * / and a minus before parentheses,
/// and at most three of them:
///     common_timestamp.usecs-$ts0      16-8+4+2      -(prev_prio)
/// Throws TextFault; its columns count from the start of the text.
HistValue check_hist_expression(std::string_view text, const CheckHistField& check_field);

}  // namespace ftracectl
