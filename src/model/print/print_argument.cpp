#include "model/print/print_argument.hpp"

#include <algorithm>
#include <set>

#include "model/print/print_bits.hpp"
#include "model/print/print_names.hpp"
#include "model/print/print_text.hpp"
#include "model/tracefs/c_type.hpp"

namespace ftracectl {

namespace {

using Kind = PrintPiece::Kind;

/// Bytes of a `long` on the kernel that the schema is of.
std::size_t long_size(const EventSchema& schema) {
  for (const auto& field : schema.fields) {
    const bool as_long = field.is_pointer() || field.type == "unsigned long" || field.type == "long";
    if (as_long && !field.is_array) return field.size;
  }
  return 8;
}

/// Bytes of the integer type of a cast; 0 for a type that is not known.
std::size_t type_size(const std::string& type, std::size_t size_of_long) {
  const auto known = c_type(type, size_of_long);
  return known ? known->size : 0;
}

std::size_t printed_size(const PrintConversion& conversion, std::size_t size_of_long) {
  if (conversion.letter == 'p') return size_of_long;
  if (conversion.letter == 'c') return 1;
  const auto length = conversion.length;
  if (length == "hh") return 1;
  if (length == "h") return 2;
  if (length == "l" || length == "z" || length == "t") return size_of_long;
  return length.empty() ? 4 : 8;
}

/// Bytes of the one number that `expression` (without casts) names.
std::size_t stored_size(const CExpression& expression, const EventSchema& schema) {
  if (expression.kind == CExpression::Kind::field) {
    const Field& field = field_of(schema, expression.name);
    if (field.is_array) throw CSyntaxError("a whole array as a number");
    return field.size;
  }
  const Field& array = field_of(schema, expression.parts[0].name);
  if (array.storage != Field::Storage::fixed || array.array_length == 0 ||
      expression.parts[1].value >= array.array_length) {
    throw CSyntaxError("an element of no known size");
  }
  const std::size_t size = array.element_size();
  if (size == 0) throw CSyntaxError("an element of no known size");
  return size;
}

/// Bytes that are left of `argument` when it was cast and printed.
std::size_t bytes_left(const PrintConversion& conversion, const CExpression& argument,
                       const EventSchema& schema) {
  const std::size_t size_of_long = long_size(schema);
  std::size_t narrowest = printed_size(conversion, size_of_long);
  const CExpression* inner = &argument;
  for (; inner->kind == CExpression::Kind::cast; inner = &inner->parts.front()) {
    narrowest = std::min(narrowest, type_size(inner->name, size_of_long));
  }
  return narrowest;
}

/// The name of the number that is printed whole: no cast on the way and no conversion cuts it.
std::string whole_number(const PrintConversion& conversion, const CExpression& argument,
                         const EventSchema& schema) {
  const CExpression& plain = without_casts(argument);
  std::string name = value_name(plain);
  if (name.empty()) throw CSyntaxError("not a field as it stands");
  if (stored_size(plain, schema) > bytes_left(conversion, argument, schema)) {
    throw CSyntaxError("a number that is cut: " + name);
  }
  return name;
}

/// Major and minor of a device number: "%d,%d" of REC->dev >> 20 and REC->dev & ((1U << 20) - 1).
PrintPiece part_piece(Kind kind, const PrintConversion& conversion, const CExpression& argument,
                      const EventSchema& schema) {
  const CExpression* inner = &without_casts(argument);
  while (inner->kind == CExpression::Kind::binary) inner = &inner->parts.front();
  if (inner->kind != CExpression::Kind::field) throw CSyntaxError("not a field as it stands");
  const Field& field = field_of(schema, inner->name);
  if (field.is_array || field.is_signed) throw CSyntaxError("arithmetic on a field: " + field.name);
  const auto range = bit_range(without_casts(argument), static_cast<unsigned>(field.size * 8));
  if (!range) throw CSyntaxError("arithmetic on a field: " + field.name);
  // With a bit to spare the part is never negative, and %d prints what %u would.
  if (range->count >= bytes_left(conversion, argument, schema) * 8) throw CSyntaxError("a part that is cut");
  PrintPiece result = field_piece(kind == Kind::signed_ ? Kind::unsigned_ : kind, field.name, conversion);
  result.low_bit = range->low;
  result.bits = range->count;
  return result;
}

PrintPiece number_piece(Kind kind, const PrintConversion& conversion, const CExpression& argument,
                        const EventSchema& schema) {
  const bool is_part = without_casts(argument).kind == CExpression::Kind::binary;
  PrintPiece result = is_part ? part_piece(kind, conversion, argument, schema)
                              : field_piece(kind, whole_number(conversion, argument, schema), conversion);
  result.prefixed = conversion.alternative && (kind == Kind::hex || kind == Kind::octal);
  result.bytes = printed_size(conversion, long_size(schema));
  return result;
}

PrintPiece pointer_piece(const PrintConversion& conversion, const CExpression& argument,
                         const EventSchema& schema) {
  const auto suffix = conversion.suffix;
  if (conversion.width > 0 || conversion.alternative) throw CSyntaxError("a pointer with a width");
  if (suffix.empty() || suffix == "x" || suffix == "K") {
    return number_piece(Kind::pointer, conversion, argument, schema);
  }
  if (suffix == "s" || suffix == "S" || suffix == "SR" || suffix == "B") {
    PrintPiece result = field_piece(Kind::symbol, whole_number(conversion, argument, schema), conversion);
    result.with_offset = suffix != "s";
    return result;
  }
  // Addresses and UUIDs, all without blanks: %pI4 %pi6 %pI6c %pISpc %pM %pMR %pm %pU %pUb
  if (!suffix.starts_with('I') && !suffix.starts_with('i') && !suffix.starts_with('M') && suffix != "m" &&
      !suffix.starts_with('U')) {
    throw CSyntaxError("%p" + std::string(suffix));
  }
  const CExpression* inner = &without_casts(argument);
  if (inner->kind == CExpression::Kind::unary && inner->name == "&") inner = &without_casts(inner->parts[0]);
  if (const std::string* dynamic = dynamic_field(*inner))
    return field_piece(Kind::word, *dynamic, conversion);
  if (inner->kind != CExpression::Kind::field) throw CSyntaxError("an address that is no field");
  return field_piece(Kind::word, field_of(schema, inner->name).name, conversion);
}

/// %c of a field, or of REC->x ? 'Y' : 'N'.
PrintPiece character_piece(const PrintConversion& conversion, const CExpression& argument,
                           const EventSchema& schema) {
  if (conversion.width > 0) throw CSyntaxError("a character with padding");
  if (argument.kind != CExpression::Kind::conditional) {
    return field_piece(Kind::character, whole_number(conversion, argument, schema), conversion);
  }
  for (const std::size_t branch : {1U, 2U}) {
    if (argument.parts[branch].kind != CExpression::Kind::character) {
      throw CSyntaxError("a character of unknown making");
    }
  }
  std::set<std::string> names;
  collect_fields(argument, names);
  if (names.size() != 1) throw CSyntaxError("a character that depends on other than one field");
  return field_piece(Kind::character, *names.begin(), conversion);
}

}  // namespace

PrintPiece piece_of(const PrintConversion& conversion, const CExpression& argument,
                    const EventSchema& schema) {
  switch (conversion.letter) {
    case 'd':
    case 'i':
      return number_piece(Kind::signed_, conversion, argument, schema);
    case 'u':
      return number_piece(Kind::unsigned_, conversion, argument, schema);
    case 'x':
    case 'X':
      return number_piece(Kind::hex, conversion, argument, schema);
    case 'o':
      return number_piece(Kind::octal, conversion, argument, schema);
    case 'p':
      return pointer_piece(conversion, argument, schema);
    case 'c':
      return character_piece(conversion, argument, schema);
    default:
      return text_piece(conversion, argument, schema);
  }
}

}  // namespace ftracectl
