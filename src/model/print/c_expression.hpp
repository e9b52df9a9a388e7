#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace ftracectl {

/// An argument of a print format: the small part of C that the kernel's print formats are written in.
struct CExpression {
  enum class Kind {
    number,       ///< 0x10, 20UL; `value`, and in `name` the suffix
    text,         ///< "a" "b", joined and without escapes; `name` holds it
    character,    ///< 'R'; `name` holds the one byte
    identifier,   ///< a constant or an argument of a macro-like call
    field,        ///< REC->NAME; `name`
    element,      ///< X[I]: two parts
    call,         ///< `name`(parts...)
    cast,         ///< (`name`)X: the type's words with single blanks, stars behind: "unsigned long", "void *"
    unary,        ///< `name` is the operator
    binary,       ///< `name` is the operator: two parts
    conditional,  ///< three parts
    braces,       ///< {parts...}
  };
  Kind kind = Kind::number;
  std::string name;
  std::uint64_t value = 0;
  std::vector<CExpression> parts;
};

/// What stands in a print_fmt: the format string, unescaped, and its arguments.
///     "comm=%s pid=%d", REC->comm, REC->pid
struct CPrintCall {
  std::string format;
  std::vector<CExpression> arguments;
};

/// Thrown for text that is no such C, or more of C than this knows.
struct CSyntaxError : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

/// Throws CSyntaxError.
CPrintCall parse_print_call(std::string_view print_fmt);

}  // namespace ftracectl
