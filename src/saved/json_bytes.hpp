#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace ftracectl {

/// Any bytes in JSON: a string where they are UTF-8, else {"hex":"6e6f…"}.
nlohmann::ordered_json json_of_bytes(std::string_view bytes);

/// The reverse. Throws std::exception for any other value.
std::string bytes_of_json(const nlohmann::ordered_json& value);

}  // namespace ftracectl
