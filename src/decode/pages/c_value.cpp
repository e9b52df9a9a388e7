#include "decode/pages/c_value.hpp"

#include <algorithm>

#include "decode/pages/field_bytes.hpp"
#include "model/print/print_names.hpp"
#include "model/tracefs/c_type.hpp"

namespace ftracectl {

namespace {

using Kind = CExpression::Kind;
using Result = std::optional<CValue>;

constexpr std::size_t int_size = 4;

/// As a number of `size` bytes, promoted to an int where it is smaller.
CValue number_of_type(std::uint64_t bits, std::size_t size, bool is_signed) {
  const auto unused = static_cast<unsigned>(64 - 8 * size);
  const std::uint64_t shifted = bits << unused;
  const std::uint64_t number = is_signed
                                   ? static_cast<std::uint64_t>(static_cast<std::int64_t>(shifted) >> unused)
                                   : shifted >> unused;
  return {
      CValue::Kind::number, number, std::max(size, int_size), !is_signed && size >= int_size, {}, 0, false};
}

CValue int_of(bool value) { return number_of_type(value ? 1 : 0, int_size, true); }

CValue place(std::string_view bytes, std::size_t element, bool is_signed) {
  return {CValue::Kind::bytes, 0, 8, true, bytes, element, is_signed};
}

/// 1, 1U, 1UL, 0xffffffff.
CValue literal(const CExpression& expression) {
  const std::uint64_t value = expression.value;
  const bool has_u = expression.name.find_first_of("uU") != std::string::npos;
  const bool has_l = expression.name.find_first_of("lL") != std::string::npos;
  if (!has_l && !has_u && value <= INT32_MAX) return number_of_type(value, 4, true);
  if (!has_l && value <= UINT32_MAX) return number_of_type(value, 4, false);
  return number_of_type(value, 8, !has_u && value <= INT64_MAX);
}

std::optional<bool> compared(std::string_view op, const CValue& left, const CValue& right, bool is_unsigned) {
  const auto is_less = [&](std::uint64_t a, std::uint64_t b) {
    return is_unsigned ? a < b : static_cast<std::int64_t>(a) < static_cast<std::int64_t>(b);
  };
  if (op == "==") return left.number == right.number;
  if (op == "!=") return left.number != right.number;
  if (op == "<") return is_less(left.number, right.number);
  if (op == ">") return is_less(right.number, left.number);
  if (op == "<=") return !is_less(right.number, left.number);
  if (op == ">=") return !is_less(left.number, right.number);
  return std::nullopt;
}

std::optional<std::uint64_t> divided(std::string_view op, std::uint64_t left, std::uint64_t right,
                                     bool is_unsigned) {
  if (right == 0) return std::nullopt;
  const bool is_quotient = op == "/";
  if (is_unsigned) return is_quotient ? left / right : left % right;
  const auto a = static_cast<std::int64_t>(left);
  const auto b = static_cast<std::int64_t>(right);
  if (b == -1) return is_quotient ? 0 - left : 0;
  return static_cast<std::uint64_t>(is_quotient ? a / b : a % b);
}

std::optional<std::uint64_t> computed(std::string_view op, std::uint64_t left, std::uint64_t right,
                                      bool is_unsigned) {
  if (op == "&") return left & right;
  if (op == "|") return left | right;
  if (op == "^") return left ^ right;
  if (op == "+") return left + right;
  if (op == "-") return left - right;
  if (op == "*") return left * right;
  if (op == "/" || op == "%") return divided(op, left, right, is_unsigned);
  return std::nullopt;
}

/// x << n has the type of x.
Result shifted(std::string_view op, const CValue& left, const CValue& right) {
  if (right.number >= 8 * left.size) return std::nullopt;
  if (op == "<<") return number_of_type(left.number << right.number, left.size, !left.is_unsigned);
  const std::uint64_t value =
      left.is_unsigned ? left.number >> right.number
                       : static_cast<std::uint64_t>(static_cast<std::int64_t>(left.number) >> right.number);
  return number_of_type(value, left.size, !left.is_unsigned);
}

/// u8 * in (u8 *)x.
std::string_view pointed_type(std::string_view type) {
  type.remove_suffix(1);
  while (type.ends_with(' ')) type.remove_suffix(1);
  return type;
}

}  // namespace

std::optional<std::uint64_t> CEvaluation::number(const CExpression& expression) const {
  const auto found = value(expression);
  return found && found->is_number() ? std::optional(found->number) : std::nullopt;
}

Result CEvaluation::value(const CExpression& expression) const {
  switch (expression.kind) {
    case Kind::number:
      return literal(expression);
    case Kind::character:
      return number_of_type(static_cast<unsigned char>(expression.name.front()), int_size, true);
    case Kind::text:
      return CValue{CValue::Kind::text, 0, 8, true, expression.name, 1, true};
    case Kind::identifier:
      if (expression.name == "true" || expression.name == "false") return int_of(expression.name == "true");
      return expression.name == "NULL" ? Result(number_of_type(0, 8, false)) : std::nullopt;
    case Kind::field:
      return field(expression.name);
    case Kind::element:
      return element(expression);
    case Kind::call:
      return call(expression);
    case Kind::cast:
      return cast(expression);
    case Kind::unary:
      return unary(expression);
    case Kind::binary:
      return binary(expression);
    case Kind::conditional: {
      const auto condition = value(expression.parts[0]);
      if (!condition) return std::nullopt;
      return value(expression.parts[condition->is_true() ? 1 : 2]);
    }
    case Kind::braces:
      break;
  }
  return std::nullopt;
}

Result CEvaluation::field(const std::string& name) const {
  const Field* found = field_named(schema_, name, false);
  if (found == nullptr || found->storage != Field::Storage::fixed) return std::nullopt;
  const auto bytes = bytes_of(*found, entry_);
  if (!bytes) return std::nullopt;
  const bool is_number =
      !found->is_array && (found->size == 1 || found->size == 2 || found->size == 4 || found->size == 8);
  if (is_number) return number_of_type(number_of(*bytes, false), found->size, found->is_signed);
  return place(*bytes, found->is_array ? found->element_size() : found->size, found->is_signed);
}

Result CEvaluation::dynamic(const std::string& name) const {
  const Field* found = field_named(schema_, name, true);
  if (found == nullptr || found->storage == Field::Storage::fixed ||
      found->storage == Field::Storage::unknown) {
    return std::nullopt;
  }
  const auto bytes = bytes_of(*found, entry_);
  if (!bytes) return std::nullopt;
  return place(*bytes, found->element_size(), found->is_signed);
}

Result CEvaluation::element(const CExpression& expression) const {
  const auto array = value(expression.parts[0]);
  const auto index = number(expression.parts[1]);
  if (!array || !index || array->kind != CValue::Kind::bytes || array->element == 0 || array->element > 8) {
    return std::nullopt;
  }
  if (*index >= array->bytes.size() / array->element) return std::nullopt;
  return number_of_type(number_of(array->bytes.substr(*index * array->element, array->element), false),
                        array->element, array->element_is_signed);
}

Result CEvaluation::call(const CExpression& expression) const {
  if (const std::string* name = dynamic_field(expression)) return dynamic(*name);
  if (expression.parts.size() != 1) return std::nullopt;
  const auto& argument = expression.parts.front();
  if (is_call(expression, {"__get_dynamic_array_len", "__get_rel_dynamic_array_len"})) {
    const auto array = argument.kind == Kind::identifier ? dynamic(argument.name) : std::nullopt;
    return array ? Result(number_of_type(array->bytes.size(), int_size, true)) : std::nullopt;
  }
  if (is_call(expression, {"sizeof"})) {
    if (argument.kind == Kind::text) {
      const auto type = c_type(argument.name);
      return type ? Result(number_of_type(type->size, 8, false)) : std::nullopt;
    }
    const auto operand = value(argument);
    if (!operand) return std::nullopt;
    return number_of_type(operand->is_number() ? operand->size : operand->bytes.size(), 8, false);
  }
  constexpr std::uint64_t per_second = 1'000'000'000;
  const auto inner = number(argument);
  if (!inner) return std::nullopt;
  if (is_call(expression, {"__print_ns_to_secs"})) return number_of_type(*inner / per_second, 8, false);
  if (is_call(expression, {"__print_ns_without_secs"})) return number_of_type(*inner % per_second, 4, false);
  return std::nullopt;
}

Result CEvaluation::cast(const CExpression& expression) const {
  auto inner = value(expression.parts.front());
  if (!inner) return std::nullopt;
  const std::string_view type = expression.name;
  if (type.ends_with('*')) {
    if (inner->kind != CValue::Kind::bytes) return inner;
    const auto pointed = c_type(pointed_type(type));
    inner->element = pointed ? pointed->size : 0;
    inner->element_is_signed = pointed && pointed->is_signed;
    return inner;
  }
  const auto known = c_type(type);
  if (!inner->is_number() || !known) return std::nullopt;
  if (type == "bool" || type == "_Bool") return int_of(inner->number != 0);
  return number_of_type(inner->number, known->size, known->is_signed);
}

Result CEvaluation::address(const CExpression& operand) const {
  const auto& plain = without_casts(operand);
  if (plain.kind == Kind::field) {
    const Field* found = field_named(schema_, plain.name, false);
    const auto bytes =
        found != nullptr && found->storage == Field::Storage::fixed ? bytes_of(*found, entry_) : std::nullopt;
    if (!bytes) return std::nullopt;
    return place(*bytes, found->is_array ? found->element_size() : found->size, found->is_signed);
  }
  if (plain.kind != Kind::element) return std::nullopt;
  auto array = value(plain.parts[0]);
  const auto index = number(plain.parts[1]);
  if (!array || !index || array->kind != CValue::Kind::bytes || array->element == 0) return std::nullopt;
  if (*index > array->bytes.size() / array->element) return std::nullopt;
  array->bytes.remove_prefix(*index * array->element);
  return array;
}

Result CEvaluation::unary(const CExpression& expression) const {
  const auto& operand = expression.parts.front();
  if (expression.name == "&") return address(operand);
  const auto inner = value(operand);
  if (!inner) return std::nullopt;
  if (expression.name == "!") return int_of(!inner->is_true());
  if (expression.name == "*") {
    if (inner->kind != CValue::Kind::bytes || inner->element == 0 || inner->element > 8 ||
        inner->element > inner->bytes.size()) {
      return std::nullopt;
    }
    return number_of_type(number_of(inner->bytes.substr(0, inner->element), false), inner->element,
                          inner->element_is_signed);
  }
  if (!inner->is_number()) return std::nullopt;
  if (expression.name == "-") return number_of_type(0 - inner->number, inner->size, !inner->is_unsigned);
  if (expression.name == "~") return number_of_type(~inner->number, inner->size, !inner->is_unsigned);
  return expression.name == "+" ? inner : std::nullopt;
}

Result CEvaluation::binary(const CExpression& expression) const {
  const std::string_view op = expression.name;
  auto left = value(expression.parts[0]);
  if (!left) return std::nullopt;
  if (op == "&&" && !left->is_true()) return int_of(false);
  if (op == "||" && left->is_true()) return int_of(true);
  const auto right = value(expression.parts[1]);
  if (!right) return std::nullopt;
  if (op == "&&" || op == "||") return int_of(right->is_true());
  if (left->kind == CValue::Kind::bytes && right->is_number() && op == "+" && left->element > 0) {
    if (right->number > left->bytes.size() / left->element) return std::nullopt;
    left->bytes.remove_prefix(right->number * left->element);
    return left;
  }
  if (!left->is_number() || !right->is_number()) return std::nullopt;
  if (op == "<<" || op == ">>") return shifted(op, *left, *right);
  const std::size_t size = std::max(left->size, right->size);
  const bool is_unsigned =
      (left->is_unsigned && left->size == size) || (right->is_unsigned && right->size == size);
  const CValue a = number_of_type(left->number, size, !is_unsigned);
  const CValue b = number_of_type(right->number, size, !is_unsigned);
  if (const auto is_so = compared(op, a, b, is_unsigned)) return int_of(*is_so);
  const auto result = computed(op, a.number, b.number, is_unsigned);
  return result ? Result(number_of_type(*result, size, !is_unsigned)) : std::nullopt;
}

}  // namespace ftracectl
