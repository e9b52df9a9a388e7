#include "model/tracefs/hist_expression.hpp"

#include <optional>
#include <string>

#include "model/tracefs/kernel_text.hpp"

namespace ftracectl {

namespace {

constexpr int max_operators = 3;

/// An operand, and the number that it is where it is one.
struct Operand {
  HistValue kind = HistValue::number;
  std::optional<std::uint64_t> constant;
};

class ExpressionReader {
 public:
  ExpressionReader(std::string_view all, const CheckHistField& check_field)
      : all_(all), check_field_(check_field) {}

  Operand read(std::string_view text);

 private:
  Operand read_negated(std::string_view text);
  Operand read_both(std::string_view text, std::size_t at);
  Operand read_one(std::string_view text);
  Operand read_operand(std::string_view text);
  void count_operator(std::string_view text);
  std::size_t column_of(std::string_view piece) const {
    return static_cast<std::size_t>(piece.data() - all_.data());
  }

  std::string_view all_;
  const CheckHistField& check_field_;
  int operators_ = 0;
};

/// Where the operator stands that is carried out last: the rightmost of + and -, then of * and /. The '-' of
/// ".sym-offset" is none.
std::size_t last_operator(std::string_view text) {
  constexpr std::string_view offset = "sym-offset";
  std::size_t product = std::string_view::npos;
  for (std::size_t at = text.size(); at-- > 0;) {
    const char c = text[at];
    if (c == '-' && at >= 3 && text.substr(at - 3).starts_with(offset)) continue;
    if (c == '+' || c == '-') return at;
    if ((c == '*' || c == '/') && product == std::string_view::npos) product = at;
  }
  return product;
}

/// A minus in front is for all that follows, unless another minus does.
Operand ExpressionReader::read(std::string_view text) {
  const auto at = last_operator(text);
  if (at == std::string_view::npos) return read_one(text);
  return text.rfind('-') == 0 ? read_negated(text) : read_both(text, at);
}

void ExpressionReader::count_operator(std::string_view text) {
  if (++operators_ > max_operators)
    throw TextFault{"the kernel accepts at most three operators", column_of(text), ""};
}

/// -(prev_prio)
Operand ExpressionReader::read_negated(std::string_view text) {
  count_operator(text);
  const auto close = text.rfind(')');
  if (text.substr(1, 1) != "(" || close == std::string_view::npos) {
    throw TextFault{"a minus in front needs parentheses", column_of(text), "write -(FIELD)"};
  }
  if (close + 1 != text.size()) {
    throw TextFault{"a minus in front must be for the whole expression", column_of(text), ""};
  }
  const Operand operand = read_operand(text.substr(2, close - 2));
  return {operand.kind == HistValue::constant ? HistValue::number : operand.kind, std::nullopt};
}

Operand ExpressionReader::read_both(std::string_view text, std::size_t at) {
  count_operator(text);
  const auto left_text = text.substr(0, at);
  const auto right_text = text.substr(at + 1);
  if (left_text.empty() || right_text.empty()) {
    throw TextFault{std::string("'") + text[at] + "' needs a value on both sides", column_of(text) + at, ""};
  }
  const Operand left = read_operand(left_text);
  const Operand right = read_operand(right_text);
  if (text[at] == '/' && right.constant == std::uint64_t{0}) {
    throw TextFault{"this divides by 0", column_of(right_text), ""};
  }
  const bool is_mixed = left.kind != HistValue::variable && right.kind != HistValue::variable &&
                        (left.kind == HistValue::microseconds) != (right.kind == HistValue::microseconds);
  if (is_mixed) {
    throw TextFault{"one side is a time in microseconds, the other is not", column_of(text) + at, ""};
  }
  if (left.kind == HistValue::microseconds) return left;
  const bool is_constant = left.kind == HistValue::constant && right.kind == HistValue::constant;
  return {is_constant ? HistValue::constant : HistValue::number, std::nullopt};
}

Operand ExpressionReader::read_operand(std::string_view text) {
  const Operand operand = read(text);
  if (operand.kind == HistValue::text) {
    throw TextFault{"a string cannot be an operand", column_of(text), ""};
  }
  return operand;
}

/// 17, $ts0, prev_prio.log2, sched.sched_wakeup.$ts0
Operand ExpressionReader::read_one(std::string_view text) {
  if (text.empty()) throw TextFault{"a field must come here", column_of(text), ""};
  if (is_kernel_digit(text.front())) {
    const auto number = parse_kernel_unsigned(text);
    if (!number) throw TextFault{"this is not a number", column_of(text), "write numbers as 17, 0x11 or 021"};
    return {HistValue::constant, number};
  }
  // SYSTEM.EVENT in front names whose variable it is.
  const auto first_dot = text.find('.');
  const auto second_dot = first_dot == std::string_view::npos ? first_dot : text.find('.', first_dot + 1);
  const auto own = second_dot == std::string_view::npos ? text : text.substr(second_dot + 1);
  return {check_field_(own), std::nullopt};
}

}  // namespace

HistValue check_hist_expression(std::string_view text, const CheckHistField& check_field) {
  return ExpressionReader(text, check_field).read(text).kind;
}

}  // namespace ftracectl
