#pragma once

#include <cstddef>
#include <string_view>

#include "model/filter/filter_parser.hpp"

namespace ftracectl {

/// Reads the comparison that begins at `at`, as the kernel's parse_pred() does. Throws TextFault.
FilterTerm read_filter_term(std::string_view text, std::size_t at, const EventSchema& schema,
                            const FilterDialect& dialect);

}  // namespace ftracectl
