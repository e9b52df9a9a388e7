#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/print/print_format.hpp"

namespace ftracectl {

/// One conversion of a format string: "%-08llx" or "%pI4".
struct PrintConversion {
  char letter = 0;          ///< d i u x X o c s p
  std::string_view suffix;  ///< the kernel's own: "I4" of %pI4
  std::size_t width = 0;    ///< 0 where none is given
  PrintPiece::Padding padding = PrintPiece::Padding::blanks_before;
  bool alternative = false;  ///< '#'
  std::string_view length;   ///< hh h l ll L z t j
};

/// A format string taken apart: text and conversions in turn, "%%" resolved.
struct PrintTemplate {
  struct Part {
    std::string text;  ///< stands before the conversion
    PrintConversion conversion;
  };
  std::vector<Part> parts;
  std::string tail;
};

/// Throws CSyntaxError for what print_format does not read backwards: precisions, "*", signs by force.
/// The views point into `format`.
PrintTemplate parse_print_template(std::string_view format);

}  // namespace ftracectl
