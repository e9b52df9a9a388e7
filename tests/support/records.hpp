#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace ftracectl::test {

/// JSON Lines as objects. Throws where a line is no JSON object: that is a failure of the test.
std::vector<nlohmann::json> parse_json_lines(const std::string& text);

/// Those of one type: "exec", "event", "summary".
std::vector<nlohmann::json> of_type(const std::vector<nlohmann::json>& records, const std::string& type);

}  // namespace ftracectl::test
