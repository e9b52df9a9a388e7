#pragma once

#include <cstddef>
#include <string_view>

#include "model/filter/filter_parser.hpp"

namespace ftracectl {

/// Checks what follows "hist:", without its `if`. `column` is where it stands in the user's text. Throws
/// TextFault.
void check_hist_parameters(std::string_view parameters, std::size_t column, const EventSchema& schema,
                           const FilterDialect& dialect);

}  // namespace ftracectl
