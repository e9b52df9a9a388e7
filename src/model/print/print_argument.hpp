#pragma once

#include <ftracectl/schema.hpp>
#include <string>

#include "model/print/c_expression.hpp"
#include "model/print/print_conversion.hpp"

namespace ftracectl {

/// The piece that prints `argument` by `conversion`. A literal for a constant text.
/// Throws CSyntaxError, with the reason, where it cannot be read backwards with certainty.
PrintPiece piece_of(const PrintConversion& conversion, const CExpression& argument,
                    const EventSchema& schema);

}  // namespace ftracectl
