#include "decode/pages/print_value.hpp"

#include <array>
#include <charconv>
#include <optional>

#include "decode/pages/field_bytes.hpp"
#include "model/print/print_names.hpp"

namespace ftracectl {

namespace {

using Kind = CExpression::Kind;

/// A number as C has it while it computes.
struct Number {
  std::uint64_t value = 0;
  bool is_unsigned = false;  ///< of 32 bits and more: it makes the whole operation unsigned
};

bool is_negative(Number number) { return !number.is_unsigned && static_cast<std::int64_t>(number.value) < 0; }

bool is_less(Number left, Number right, bool is_unsigned) {
  if (is_unsigned) return left.value < right.value;
  return static_cast<std::int64_t>(left.value) < static_cast<std::int64_t>(right.value);
}

class Evaluation {
 public:
  Evaluation(const EventSchema& schema, std::string_view entry) : schema_(schema), entry_(entry) {}

  std::optional<Number> number(const CExpression& expression) const {
    switch (expression.kind) {
      case Kind::number:
        return Number{expression.value};
      case Kind::character:
        return Number{static_cast<std::uint64_t>(static_cast<unsigned char>(expression.name.front()))};
      case Kind::field:
        return field(expression.name);
      case Kind::element:
        return element(expression);
      case Kind::cast:
        return cast(expression);
      case Kind::unary:
        return unary(expression);
      case Kind::binary:
        return binary(expression);
      case Kind::conditional: {
        const auto condition = number(expression.parts[0]);
        if (!condition) return std::nullopt;
        return number(expression.parts[condition->value != 0 ? 1 : 2]);
      }
      default:
        return std::nullopt;
    }
  }

 private:
  std::optional<Number> field(const std::string& name) const {
    const Field* found = schema_.find(name);
    if (found == nullptr || found->is_array || found->storage != Field::Storage::fixed) return std::nullopt;
    const auto bytes = bytes_of(*found, entry_);
    if (!bytes) return std::nullopt;
    return Number{number_of(*bytes, found->is_signed), !found->is_signed && found->size >= 4};
  }

  std::optional<Number> element(const CExpression& expression) const {
    const auto& array = expression.parts[0];
    const auto index = number(expression.parts[1]);
    const Field* found = array.kind == Kind::field ? schema_.find(array.name) : nullptr;
    if (found == nullptr || !index || found->array_length == 0 || index->value >= found->array_length) {
      return std::nullopt;
    }
    const std::size_t size = found->element_size();
    const auto bytes = bytes_of(*found, entry_);
    if (!bytes || size == 0) return std::nullopt;
    return Number{number_of(bytes->substr(index->value * size, size), found->is_signed),
                  !found->is_signed && size >= 4};
  }

  /// The few types that cut something: casts to the widest are no more than their sign.
  std::optional<Number> cast(const CExpression& expression) const {
    const auto inner = number(expression.parts.front());
    if (!inner) return std::nullopt;
    const std::string& type = expression.name;
    const bool is_unsigned = type.starts_with("u") || type.starts_with("__u") || type.ends_with('*');
    const std::size_t size = size_of_cast(type);
    const std::uint64_t kept =
        size < 8 ? inner->value & ((std::uint64_t{1} << (8 * size)) - 1) : inner->value;
    const std::string_view bytes(reinterpret_cast<const char*>(&kept), size);
    return Number{number_of(bytes, !is_unsigned), is_unsigned && size >= 4};
  }

  static std::size_t size_of_cast(std::string_view type) {
    const auto has = [&](std::string_view word) { return type.find(word) != std::string_view::npos; };
    if (type.ends_with('*') || has("long") || has("64")) return 8;
    if (has("char") || has("u8") || has("s8") || type == "bool") return 1;
    if (has("short") || has("16")) return 2;
    if (has("int") || has("32") || type == "unsigned" || type == "pid_t" || type == "gfp_t") return 4;
    return 8;
  }

  std::optional<Number> unary(const CExpression& expression) const {
    const auto inner = number(expression.parts.front());
    if (!inner) return std::nullopt;
    if (expression.name == "-") return Number{0 - inner->value, inner->is_unsigned};
    if (expression.name == "~") return Number{~inner->value, inner->is_unsigned};
    if (expression.name == "!") return Number{inner->value == 0 ? std::uint64_t{1} : 0};
    return expression.name == "+" ? inner : std::nullopt;
  }

  std::optional<Number> binary(const CExpression& expression) const {
    const auto left = number(expression.parts[0]);
    const auto right = number(expression.parts[1]);
    if (!left || !right) return std::nullopt;
    const bool is_unsigned = left->is_unsigned || right->is_unsigned;
    if (const auto bit = compared(expression.name, *left, *right, is_unsigned)) {
      return Number{*bit ? std::uint64_t{1} : 0};
    }
    const auto value = computed(expression.name, *left, *right, is_unsigned);
    return value ? std::optional(Number{*value, is_unsigned}) : std::nullopt;
  }

  static std::optional<bool> compared(std::string_view op, Number left, Number right, bool is_unsigned) {
    if (op == "==") return left.value == right.value;
    if (op == "!=") return left.value != right.value;
    if (op == "&&") return left.value != 0 && right.value != 0;
    if (op == "||") return left.value != 0 || right.value != 0;
    if (op == "<") return is_less(left, right, is_unsigned);
    if (op == ">") return is_less(right, left, is_unsigned);
    if (op == "<=") return !is_less(right, left, is_unsigned);
    if (op == ">=") return !is_less(left, right, is_unsigned);
    return std::nullopt;
  }

  static std::optional<std::uint64_t> computed(std::string_view op, Number left, Number right,
                                               bool is_unsigned) {
    if (op == "&") return left.value & right.value;
    if (op == "|") return left.value | right.value;
    if (op == "^") return left.value ^ right.value;
    if (op == "+") return left.value + right.value;
    if (op == "-") return left.value - right.value;
    if (op == "*") return left.value * right.value;
    if (op == "<<") return right.value < 64 ? left.value << right.value : 0;
    if (op == ">>") {
      if (right.value >= 64) return 0;
      if (!is_negative(left)) return left.value >> right.value;
      return static_cast<std::uint64_t>(static_cast<std::int64_t>(left.value) >> right.value);
    }
    const bool has_sign = !is_unsigned && (is_negative(left) || is_negative(right));
    if (right.value == 0 || has_sign) return std::nullopt;
    if (op == "/") return left.value / right.value;
    return op == "%" ? std::optional(left.value % right.value) : std::nullopt;
  }

  const EventSchema& schema_;
  std::string_view entry_;
};

void append_hex(std::uint64_t value, ByteBuffer& to) {
  std::array<char, 16> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, 16).ptr;
  to += "0x";
  to.append({digits.data(), static_cast<std::size_t>(end - digits.data())});
}

/// A pair of the lists, { 0x1, "A" }.
struct NamedValue {
  std::optional<std::uint64_t> value;    ///< nothing where the format tells only a name of it
  std::optional<std::string_view> name;  ///< nothing in the { -1, NULL } that ends some lists
};

NamedValue pair_of(const CExpression& braces, const Evaluation& evaluation) {
  if (braces.kind != Kind::braces || braces.parts.size() != 2) return {};
  NamedValue pair;
  if (const auto value = evaluation.number(braces.parts[0])) pair.value = value->value;
  const CExpression& name = without_casts(braces.parts[1]);
  if (name.kind == Kind::text) pair.name = name.name;
  return pair;
}

/// __print_symbolic(value, { 1, "A" }, ...)
bool append_symbolic(const CExpression& call, const Evaluation& evaluation, ByteBuffer& to) {
  const auto value = evaluation.number(call.parts.front());
  if (!value) return false;
  for (std::size_t i = 1; i < call.parts.size(); ++i) {
    const auto pair = pair_of(call.parts[i], evaluation);
    if (!pair.name) break;
    if (!pair.value) return false;
    if (*pair.value != value->value) continue;
    to += *pair.name;
    return true;
  }
  append_hex(value->value, to);
  return true;
}

/// __print_flags(value, "|", { 1, "A" }, ...); what has no name is appended in hex.
bool append_flags(const CExpression& call, const Evaluation& evaluation, ByteBuffer& to) {
  const auto value = evaluation.number(call.parts.front());
  if (!value || call.parts.size() < 2 || call.parts[1].kind != Kind::text) return false;
  const std::string& delimiter = call.parts[1].name;
  std::uint64_t left = value->value;
  bool is_first = true;
  const auto separate = [&] {
    if (!is_first) to += std::string_view(delimiter);
    is_first = false;
  };
  for (std::size_t i = 2; i < call.parts.size() && left != 0; ++i) {
    const auto pair = pair_of(call.parts[i], evaluation);
    if (!pair.name) break;
    if (!pair.value) return false;
    if ((left & *pair.value) != *pair.value) continue;
    left &= ~*pair.value;
    separate();
    to += *pair.name;
  }
  if (left != 0) {
    separate();
    append_hex(left, to);
  }
  return true;
}

}  // namespace

std::optional<std::uint64_t> number_printed(const CExpression& argument, const EventSchema& schema,
                                            std::string_view entry) {
  const auto number = Evaluation(schema, entry).number(argument);
  return number ? std::optional(number->value) : std::nullopt;
}

bool append_printed(const CExpression& argument, const EventSchema& schema, std::string_view entry,
                    ByteBuffer& to) {
  const Evaluation evaluation(schema, entry);
  const CExpression& plain = without_casts(argument);
  if (plain.kind == Kind::text || plain.kind == Kind::character) {
    to += std::string_view(plain.name);
    return true;
  }
  if (plain.kind == Kind::conditional) {
    const auto condition = evaluation.number(plain.parts[0]);
    return condition && append_printed(plain.parts[condition->value != 0 ? 1 : 2], schema, entry, to);
  }
  if (is_call(plain, {"__print_symbolic", "__print_symbolic_u64"})) {
    return append_symbolic(plain, evaluation, to);
  }
  if (is_call(plain, {"__print_flags", "__print_flags_u64"})) return append_flags(plain, evaluation, to);
  return false;
}

}  // namespace ftracectl
