#pragma once

#include <optional>

#include "model/print/c_expression.hpp"

namespace ftracectl {

/// Bits of one field, as an expression takes them out: REC->dev >> 20, or REC->dev & ((1U << 20) - 1).
struct BitRange {
  const CExpression* field = nullptr;
  unsigned low = 0;    ///< the lowest bit taken
  unsigned count = 0;  ///< how many
};

/// Nothing for any other arithmetic. `bits` are those of the field.
std::optional<BitRange> bit_range(const CExpression& expression, unsigned bits);

/// The number that an expression without fields is; nothing for all else, and for what has more of C than this knows.
std::optional<std::uint64_t> constant_value(const CExpression& expression);

}  // namespace ftracectl
