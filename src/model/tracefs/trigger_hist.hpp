#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "model/filter/filter_parser.hpp"

namespace ftracectl {

/// What a hist trigger is checked against.
struct HistContext {
  const EventSchema& schema;
  const FilterDialect& dialect;
  const std::vector<std::string>& events;  ///< "system:name", for onmatch; empty where they are not known
};

/// Checks what follows "hist:", without its `if`. `column` is where it stands in the user's text. Throws
/// TextFault.
void check_hist_parameters(std::string_view parameters, std::size_t column, const HistContext& context);

}  // namespace ftracectl
