#pragma once

#include <ftracectl/schema.hpp>
#include <optional>
#include <string>
#include <vector>

namespace ftracectl {

/// One piece of a print format that can be read backwards: literal text, or one field as the kernel prints
/// it.
struct PrintPiece {
  enum class Kind {
    literal,    ///< `text`, byte for byte
    signed_,    ///< %d %i %ld %lld
    unsigned_,  ///< %u %lu
    hex,        ///< %x %lx, with or without 0x; what stands before it is in the literal
    pointer,    ///< %p: 16 hex digits, or (ptrval), or (null)
    character,  ///< %c
    string,     ///< %s of a character array or __get_str: free text that may hold anything, newlines too
    word,  ///< text of the kernel's own making without blanks or newlines: __print_symbolic, __print_flags
  };
  Kind kind = Kind::literal;
  std::string text;            ///< of a literal
  std::string field;           ///< the field's name, for all others
  std::size_t max_length = 0;  ///< bytes a string can have at most, 0 where not known
};

/// A print format compiled for reading: "comm=%s pid=%d" as literal, string, literal, signed.
struct PrintFormat {
  std::vector<PrintPiece> pieces;
  bool has_free_text = false;  ///< a `string` piece: the message may go on over newlines
};

/// Compiles the schema's print_fmt. Nothing where it cannot be inverted with certainty (conditionals,
/// arithmetic on fields, conversions of the kernel's own such as %pS): the message is then kept whole.
std::optional<PrintFormat> compile_print_format(const EventSchema& schema);

}  // namespace ftracectl
