#pragma once

#include <cstddef>
#include <string_view>

#include "model/filter/filter_parser.hpp"

namespace ftracectl {

/// The kernel's first look at a filter, which only matches quotes and parentheses and counts the terms that
/// may come. It knows nothing of terms: a quote or a parenthesis counts wherever it stands. Throws TextFault.
std::size_t count_filter_terms(std::string_view text);

}  // namespace ftracectl
