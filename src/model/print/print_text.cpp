#include "model/print/print_text.hpp"

#include <set>

#include "model/print/print_names.hpp"

namespace ftracectl {

namespace {

using Kind = PrintPiece::Kind;

void require_word(const std::string& text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= ' ' || c == '\x7f') throw CSyntaxError("words with blanks");
  }
}

/// The names in __print_symbolic(x, { 1, "A" }, ...) and __print_flags(x, "|", { 1, "A" }, ...). A value that
/// has no name is printed as 0x12: a word too.
void require_names_are_words(const CExpression& call) {
  for (std::size_t i = 1; i < call.parts.size(); ++i) {
    const auto& part = call.parts[i];
    const bool pair = part.kind == CExpression::Kind::braces && part.parts.size() == 2;
    const auto& text = without_casts(pair ? part.parts[1] : part);
    // Some lists end with { -1, NULL } (xdp, gfp flags).
    if (pair && text.kind == CExpression::Kind::number && text.value == 0) continue;
    if (text.kind != CExpression::Kind::text) throw CSyntaxError("a name that is no text");
    require_word(text.name);
  }
}

/// Whatever the expression prints is a word.
void require_prints_word(const CExpression& expression) {
  if (expression.kind == CExpression::Kind::text) return require_word(expression.name);
  if (expression.kind == CExpression::Kind::conditional) {
    require_prints_word(expression.parts[1]);
    return require_prints_word(expression.parts[2]);
  }
  if (!is_call(expression,
               {"__print_symbolic", "__print_symbolic_u64", "__print_flags", "__print_flags_u64"})) {
    throw CSyntaxError("a text of unknown making");
  }
  require_names_are_words(expression);
}

/// Words that name all bits of a field: __print_flags(REC->x, ...), also as REC->x ? __print_flags(...) :
/// "none".
bool tells_whole_field(const CExpression& expression) {
  if (expression.kind == CExpression::Kind::call) {
    return without_casts(expression.parts.front()).kind == CExpression::Kind::field;
  }
  if (expression.kind != CExpression::Kind::conditional) return false;
  const bool plain_condition = without_casts(expression.parts[0]).kind == CExpression::Kind::field;
  return plain_condition &&
         (tells_whole_field(expression.parts[1]) || tells_whole_field(expression.parts[2]));
}

/// The kernel's words for what is in one field.
PrintPiece word_piece(const PrintConversion& conversion, const CExpression& argument,
                      const EventSchema& schema) {
  require_prints_word(argument);
  std::set<std::string> names;
  collect_fields(argument, names);
  if (names.size() != 1) throw CSyntaxError("words that depend on other than one field");
  const std::string& name = *names.begin();
  field_of(schema, name.substr(0, name.find('[')));
  PrintPiece result = field_piece(Kind::word, name, conversion);
  result.partial = !tells_whole_field(argument);
  return result;
}

/// __print_array and __print_hex_str print "{0x1,0x2}" and "0a0b"; bitmasks are "00000000,00000003".
const CExpression* bytes_as_word(const CExpression& argument) {
  if (is_call(argument, {"__get_bitmask", "__get_rel_bitmask", "__get_cpumask", "__get_rel_cpumask"})) {
    return &argument;
  }
  if (!is_call(argument, {"__print_array", "__print_hex_str"}) || argument.parts.empty()) return nullptr;
  return &without_casts(argument.parts.front());
}

PrintPiece string_piece(const PrintConversion& conversion, const Field& field) {
  if (conversion.width > 0) throw CSyntaxError("free text with padding");
  PrintPiece result = field_piece(Kind::string, field.name, conversion);
  const bool one_byte_elements = field.array_length > 0 && field.size == field.array_length;
  if (field.is_array && field.storage == Field::Storage::fixed && one_byte_elements) {
    result.max_length = field.size - 1;
  }
  return result;
}

bool is_text_field(const Field& field) {
  return field.is_string() || (field.is_pointer() && field.type.find("char") != std::string::npos);
}

}  // namespace

PrintPiece text_piece(const PrintConversion& conversion, const CExpression& argument,
                      const EventSchema& schema) {
  const CExpression& plain = without_casts(argument);
  if (plain.kind == CExpression::Kind::text && conversion.width == 0) {
    PrintPiece literal;
    literal.text = plain.name;
    return literal;
  }
  if (const CExpression* bytes = bytes_as_word(plain)) {
    const std::string* dynamic = dynamic_field(*bytes);
    const std::string& name = dynamic != nullptr ? *dynamic : bytes->name;
    if (dynamic == nullptr && bytes->kind != CExpression::Kind::field)
      throw CSyntaxError("bytes of no field");
    return field_piece(Kind::word, field_of(schema, name).name, conversion);
  }
  if (const std::string* dynamic = dynamic_field(plain)) {
    const Field& field = field_of(schema, *dynamic);
    if (!field.is_string()) throw CSyntaxError("text of other than characters");
    return string_piece(conversion, field);
  }
  if (plain.kind == CExpression::Kind::field) {
    const Field& field = field_of(schema, plain.name);
    if (!is_text_field(field)) throw CSyntaxError("text of other than characters");
    return string_piece(conversion, field);
  }
  return word_piece(conversion, plain, schema);
}

}  // namespace ftracectl
