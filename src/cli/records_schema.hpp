#pragma once

#include <string_view>

namespace ftracectl::cli {

/// The text of share/records.schema.json.
extern const std::string_view records_schema;

}  // namespace ftracectl::cli
