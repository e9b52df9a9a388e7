#include "model/print_argument.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "model/print_bits.hpp"

namespace ftracectl {

namespace {

using Kind = PrintPiece::Kind;

const Field& field_of(const EventSchema& schema, const std::string& name) {
  const Field* field = schema.find(name);
  if (field == nullptr) throw CSyntaxError("no field '" + name + "'");
  return *field;
}

bool is_call(const CExpression& expression, std::initializer_list<std::string_view> names) {
  return expression.kind == CExpression::Kind::call &&
         std::find(names.begin(), names.end(), expression.name) != names.end();
}

/// The field's name in __get_str(NAME) and its like.
const std::string* dynamic_field(const CExpression& expression) {
  const bool dynamic =
      is_call(expression, {"__get_str", "__get_rel_str", "__get_dynamic_array", "__get_rel_dynamic_array",
                           "__get_bitmask", "__get_rel_bitmask", "__get_cpumask", "__get_rel_cpumask",
                           "__get_sockaddr", "__get_rel_sockaddr"});
  if (!dynamic || expression.parts.size() != 1) return nullptr;
  const auto& inner = expression.parts.front();
  return inner.kind == CExpression::Kind::identifier ? &inner.name : nullptr;
}

/// "args" of REC->args, "args[2]" of REC->args[2]; empty for all else.
std::string value_name(const CExpression& expression) {
  if (expression.kind == CExpression::Kind::field) return expression.name;
  if (expression.kind != CExpression::Kind::element) return {};
  const auto& array = expression.parts[0];
  const auto& index = expression.parts[1];
  if (array.kind != CExpression::Kind::field || index.kind != CExpression::Kind::number) return {};
  return array.name + "[" + std::to_string(index.value) + "]";
}

const CExpression& without_casts(const CExpression& expression) {
  const CExpression* inner = &expression;
  while (inner->kind == CExpression::Kind::cast) inner = &inner->parts.front();
  return *inner;
}

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
  struct Row {
    std::string_view name;
    std::size_t size;
  };
  static constexpr std::array<Row, 38> rows = {{
      {"char", 1},
      {"signed char", 1},
      {"unsigned char", 1},
      {"bool", 1},
      {"u8", 1},
      {"s8", 1},
      {"__u8", 1},
      {"uint8_t", 1},
      {"short", 2},
      {"unsigned short", 2},
      {"u16", 2},
      {"s16", 2},
      {"__u16", 2},
      {"uint16_t", 2},
      {"int", 4},
      {"unsigned", 4},
      {"unsigned int", 4},
      {"u32", 4},
      {"s32", 4},
      {"__u32", 4},
      {"__s32", 4},
      {"uint32_t", 4},
      {"pid_t", 4},
      {"gfp_t", 4},
      {"long long", 8},
      {"u64", 8},
      {"unsigned long long", 8},
      {"unsigned long long int", 8},
      {"s64", 8},
      {"__u64", 8},
      {"__s64", 8},
      {"uint64_t", 8},
      {"int64_t", 8},
      {"loff_t", 8},
      {"uintmax_t", 8},
      {"long long int", 8},
      {"sector_t", 8},
      {"dma_addr_t", 8},
  }};
  if (type.ends_with('*')) return size_of_long;
  for (const std::string_view name : {"long", "unsigned long", "long int", "unsigned long int", "size_t",
                                      "ssize_t", "uintptr_t", "intptr_t"}) {
    if (type == name) return size_of_long;
  }
  for (const auto& row : rows) {
    if (type == row.name) return row.size;
  }
  return 0;
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
  return array.size / array.array_length;
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

PrintPiece piece(Kind kind, std::string field, const PrintConversion& conversion) {
  PrintPiece result;
  result.kind = kind;
  result.field = std::move(field);
  result.width = conversion.width;
  result.padding = conversion.padding;
  return result;
}

// ------------------------------------------------------------------------------------------------ numbers

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
  PrintPiece result = piece(kind == Kind::signed_ ? Kind::unsigned_ : kind, field.name, conversion);
  result.low_bit = range->low;
  result.bits = range->count;
  return result;
}

PrintPiece number_piece(Kind kind, const PrintConversion& conversion, const CExpression& argument,
                        const EventSchema& schema) {
  const bool is_part = without_casts(argument).kind == CExpression::Kind::binary;
  PrintPiece result = is_part ? part_piece(kind, conversion, argument, schema)
                              : piece(kind, whole_number(conversion, argument, schema), conversion);
  result.prefixed = conversion.alternative && (kind == Kind::hex || kind == Kind::octal);
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
    return piece(Kind::symbol, whole_number(conversion, argument, schema), conversion);
  }
  // Addresses and UUIDs, all without blanks: %pI4 %pi6 %pI6c %pISpc %pM %pMR %pm %pU %pUb
  if (!suffix.starts_with('I') && !suffix.starts_with('i') && !suffix.starts_with('M') && suffix != "m" &&
      !suffix.starts_with('U')) {
    throw CSyntaxError("%p" + std::string(suffix));
  }
  const CExpression* inner = &without_casts(argument);
  if (inner->kind == CExpression::Kind::unary && inner->name == "&") inner = &without_casts(inner->parts[0]);
  if (const std::string* dynamic = dynamic_field(*inner)) return piece(Kind::word, *dynamic, conversion);
  if (inner->kind != CExpression::Kind::field) throw CSyntaxError("an address that is no field");
  return piece(Kind::word, field_of(schema, inner->name).name, conversion);
}

// -------------------------------------------------------------------------------------------------- texts

/// All fields that an expression looks at.
void collect_fields(const CExpression& expression, std::set<std::string>& names) {
  if (const std::string* dynamic = dynamic_field(expression)) names.insert(*dynamic);
  if (const std::string name = value_name(expression); !name.empty()) {
    names.insert(name);
    return;
  }
  for (const auto& part : expression.parts) collect_fields(part, names);
}

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
  PrintPiece result = piece(Kind::word, name, conversion);
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
  PrintPiece result = piece(Kind::string, field.name, conversion);
  const bool one_byte_elements = field.array_length > 0 && field.size == field.array_length;
  if (field.is_array && field.storage == Field::Storage::fixed && one_byte_elements) {
    result.max_length = field.size - 1;
  }
  return result;
}

bool is_text_field(const Field& field) {
  return field.is_string() || (field.is_pointer() && field.type.find("char") != std::string::npos);
}

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
    return piece(Kind::word, field_of(schema, name).name, conversion);
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

/// %c of a field, or of REC->x ? 'Y' : 'N'.
PrintPiece character_piece(const PrintConversion& conversion, const CExpression& argument,
                           const EventSchema& schema) {
  if (conversion.width > 0) throw CSyntaxError("a character with padding");
  if (argument.kind != CExpression::Kind::conditional) {
    return piece(Kind::character, whole_number(conversion, argument, schema), conversion);
  }
  for (const std::size_t branch : {1U, 2U}) {
    if (argument.parts[branch].kind != CExpression::Kind::character) {
      throw CSyntaxError("a character of unknown making");
    }
  }
  std::set<std::string> names;
  collect_fields(argument, names);
  if (names.size() != 1) throw CSyntaxError("a character that depends on other than one field");
  return piece(Kind::character, *names.begin(), conversion);
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
