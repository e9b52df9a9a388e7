#pragma once

#include <cstdint>
#include <ftracectl/schema.hpp>
#include <optional>
#include <string_view>

#include "model/print/c_expression.hpp"

namespace ftracectl {

/// What an expression of a print format is worth for one entry: a number as C has it, a place in the entry's bytes
/// (an array, what & or __get_dynamic_array points to), or a constant text.
struct CValue {
  enum class Kind { number, bytes, text };
  Kind kind = Kind::number;
  std::uint64_t number = 0;  ///< extended to 64 bits by its type's sign
  std::size_t size = 4;      ///< bytes of the type: 4 or 8, smaller ones are an int
  bool is_unsigned = false;
  std::string_view bytes;   ///< of a place: up to the end of what it belongs to; or the text
  std::size_t element = 0;  ///< of a place: bytes of what it points to; 0 where that is not known
  bool element_is_signed = false;

  bool is_number() const { return kind == Kind::number; }
  bool is_true() const { return kind != Kind::number || number != 0; }
};

/// Evaluates print formats' expressions by the rules of C, as the kernel's compiler did: REC->field, casts, sizeof,
/// ternaries, the dynamic arrays' calls. Nothing for a function that the kernel left in the format, for a name without a
/// value, and for what lies outside of the entry.
class CEvaluation {
 public:
  CEvaluation(const EventSchema& schema, std::string_view entry) : schema_(schema), entry_(entry) {}

  std::optional<CValue> value(const CExpression& expression) const;
  /// The value where it is a number.
  std::optional<std::uint64_t> number(const CExpression& expression) const;
  /// The bytes of a dynamic array, by its name.
  std::optional<CValue> dynamic(const std::string& name) const;

 private:
  std::optional<CValue> field(const std::string& name) const;
  std::optional<CValue> element(const CExpression& expression) const;
  std::optional<CValue> call(const CExpression& expression) const;
  std::optional<CValue> cast(const CExpression& expression) const;
  std::optional<CValue> unary(const CExpression& expression) const;
  std::optional<CValue> address(const CExpression& operand) const;
  std::optional<CValue> binary(const CExpression& expression) const;

  const EventSchema& schema_;
  std::string_view entry_;
};

}  // namespace ftracectl
