#pragma once

#include <ftracectl/schema.hpp>
#include <optional>
#include <string>
#include <vector>

#include "model/print/c_expression.hpp"

namespace ftracectl {

/// One piece of a print format that can be read backwards: literal text, or one field as the kernel prints
/// it.
struct PrintPiece {
  enum class Kind {
    literal,    ///< `text`, byte for byte
    signed_,    ///< %d %i %ld %lld
    unsigned_,  ///< %u %lu
    hex,        ///< %x %lx; a literal "0x" stands in the literal before it, that of %#x belongs to it
    octal,      ///< %o; the "0" of %#o belongs to it
    pointer,    ///< %p: 16 hex digits (8 on 32 bits), or (____ptrval____), or (null)
    character,  ///< %c
    string,     ///< %s of a character array or __get_str: free text that may hold anything, newlines too
    word,    ///< text of the kernel's own making without blanks or newlines: __print_symbolic, __print_flags
    symbol,  ///< %ps %pS: name, name+0x12/0x80, either with " [module]" behind, or 0x1234
  };
  enum class Padding { blanks_before, blanks_behind, zeros };

  Kind kind = Kind::literal;
  std::string text;   ///< of a literal
  std::string field;  ///< the field's name, for all others; `args[2]` for one element
  /// "prev_state_text": the name of a value of its own for the words that the kernel prints for a number, beside the
  /// number. Empty where what is printed is the value.
  std::string text_name;
  std::size_t max_length = 0;  ///< bytes a string can have at most, 0 where not known
  std::size_t width = 0;       ///< of "%8d": characters at least
  Padding padding = Padding::blanks_before;
  bool prefixed = false;     ///< of "%#x"
  bool with_offset = false;  ///< of a symbol: "%pS", name+0x12/0x80
  unsigned low_bit = 0;      ///< of a part of a field: "%d:%d" of dev >> 20 and dev & 0xfffff
  unsigned bits = 0;      ///< how many; 0 for the whole. The parts together make one value, an unsigned one
  bool partial = false;   ///< of a word: made from some bits of the field only
  bool repeats = false;   ///< another piece tells this field: it is matched, and gives no value
  std::size_t bytes = 0;  ///< of a number: how many of it the conversion prints
  /// What is printed, for those who have the fields and want the text. More than one where the format prints
  /// a word in parts.
  std::vector<CExpression> arguments;

  /// Takes a run of text whose end only what follows can tell.
  bool is_free() const { return kind == Kind::string || (kind == Kind::word && width == 0); }
};

/// A print format compiled for reading: "comm=%s pid=%d" as literal, string, literal, signed.
struct PrintFormat {
  /// More free pieces than any kernel's format has; the matcher keeps one number for each.
  static constexpr std::size_t most_free_pieces = 32;

  std::vector<PrintPiece> pieces;
  bool has_free_text = false;  ///< a `string` piece: the message may go on over newlines
};

/// Compiles the schema's print_fmt. Nothing where it cannot be inverted with certainty (conditionals on
/// several fields, arithmetic on fields, values cut by a cast, pieces without a border between them): the
/// message is then kept whole. Note that the kernel does not print syscall events and probes by their
/// print_fmt: sys_enter_execve's line is "sys_execve(filename: ...".
std::optional<PrintFormat> compile_print_format(const EventSchema& schema);

}  // namespace ftracectl
