#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/description.hpp"

namespace ftracectl::cli {

// Manual pages as source for scdoc(1), made of what --help says. Where a line is manual_more, what people have written
// for the page in share/man comes in.

inline constexpr std::string_view manual_more = "; more";

/// ftracectl(1)
std::string manual_overview(std::span<const Command> all);

/// ftracectl-COMMAND(1)
std::string manual_page(const Description& description);

/// ftracectl-records(5), by the JSON Schema of records.
std::string manual_of_records(std::string_view schema);

}  // namespace ftracectl::cli
