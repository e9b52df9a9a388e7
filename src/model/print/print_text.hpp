#pragma once

#include <ftracectl/schema.hpp>

#include "model/print/c_expression.hpp"
#include "model/print/print_conversion.hpp"

namespace ftracectl {

/// The piece that prints `argument` by "%s": free text, words of the kernel's own, or a literal for a
/// constant. Throws CSyntaxError where it cannot be read backwards with certainty.
PrintPiece text_piece(const PrintConversion& conversion, const CExpression& argument,
                      const EventSchema& schema);

}  // namespace ftracectl
