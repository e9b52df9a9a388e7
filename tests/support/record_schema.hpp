#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace ftracectl::test {

/// What a validator of JSON Schema (Debian's python3-jsonschema) says of JSON Lines by
/// share/records.schema.json.
struct SchemaVerdict {
  std::string trouble;              ///< why there is no verdict; empty where there is one
  std::vector<std::string> faults;  ///< "LINE: where: what"
  std::size_t lines = 0;

  bool has_fault_in(std::size_t line) const;
};

SchemaVerdict validate_records(const std::string& json_lines);

/// Every line is valid. Does nothing where there is no validator: in the guests. (The golden tests insist.)
void check_records_if_possible(const std::string& json_lines);

/// share/records.schema.json of the source tree.
std::string record_schema_path();

}  // namespace ftracectl::test
