#include "model/print/print_bits.hpp"

#include <algorithm>
#include <bit>

namespace ftracectl {

namespace {

std::optional<std::uint64_t> constant(const CExpression& expression);

std::optional<std::uint64_t> constant_of_two(const CExpression& expression) {
  const auto left = constant(expression.parts[0]);
  const auto right = constant(expression.parts[1]);
  if (!left || !right) return std::nullopt;
  const auto& op = expression.name;
  if (op == "+") return *left + *right;
  if (op == "-") return *left - *right;
  if (op == "|") return *left | *right;
  if (op == "&") return *left & *right;
  if (op == "<<" && *right < 64) return *left << *right;
  if (op == ">>" && *right < 64) return *left >> *right;
  return std::nullopt;
}

std::optional<std::uint64_t> constant(const CExpression& expression) {
  if (expression.kind == CExpression::Kind::number) return expression.value;
  if (expression.kind == CExpression::Kind::binary) return constant_of_two(expression);
  if (expression.kind == CExpression::Kind::cast) return constant(expression.parts.front());
  if (expression.kind == CExpression::Kind::character)
    return static_cast<unsigned char>(expression.name.front());
  return std::nullopt;
}

/// What a part of the expression yields: bits [low, low + count) of the field, standing at `position`.
struct Placed {
  BitRange range;
  unsigned position = 0;
};

std::optional<Placed> placed(const CExpression& expression, unsigned bits);

/// X & MASK, the mask being one run of ones
std::optional<Placed> masked(Placed inner, std::uint64_t mask) {
  if (mask == 0) return std::nullopt;
  const auto first = static_cast<unsigned>(std::countr_zero(mask));
  const auto ones = static_cast<unsigned>(std::countr_one(mask >> first));
  if (static_cast<unsigned>(std::popcount(mask)) != ones) return std::nullopt;
  const unsigned start = std::max(first, inner.position);
  const unsigned end = std::min(first + ones, inner.position + inner.range.count);
  if (start >= end) return std::nullopt;
  inner.range.low += start - inner.position;
  inner.range.count = end - start;
  inner.position = start;
  return inner;
}

/// X >> N
std::optional<Placed> shifted(Placed inner, std::uint64_t by) {
  if (by >= inner.position + inner.range.count) return std::nullopt;
  const auto count = static_cast<unsigned>(by);
  const unsigned lost = count > inner.position ? count - inner.position : 0;
  inner.range.low += lost;
  inner.range.count -= lost;
  inner.position -= std::min(inner.position, count);
  return inner;
}

std::optional<Placed> placed(const CExpression& expression, unsigned bits) {
  if (expression.kind == CExpression::Kind::field) return Placed{{&expression, 0, bits}, 0};
  if (expression.kind != CExpression::Kind::binary) return std::nullopt;
  const auto inner = placed(expression.parts[0], bits);
  const auto right = constant(expression.parts[1]);
  if (!inner || !right) return std::nullopt;
  if (expression.name == "&") return masked(*inner, *right);
  if (expression.name == ">>") return shifted(*inner, *right);
  return std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> constant_value(const CExpression& expression) { return constant(expression); }

std::optional<BitRange> bit_range(const CExpression& expression, unsigned bits) {
  const auto found = placed(expression, bits);
  if (!found || found->position != 0) return std::nullopt;
  return found->range;
}

}  // namespace ftracectl
