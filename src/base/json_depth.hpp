#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace ftracectl {

/// How deep lists and objects may stand in each other in any JSON that is read. What this program and the tools that
/// it reads write has up to five; more would only take the stack.
inline constexpr int deepest_json = 64;

/// Throws std::invalid_argument with the place where `text` nests deeper. Whether it is JSON at all, the parser says.
void check_json_depth(std::string_view text);

/// What nlohmann/json's exceptions say, without their "[json.exception.parse_error.101] ". Others as they are.
std::string json_fault(std::string_view what);

/// The way by which all JSON comes in that nlohmann/json is to read. Throws std::invalid_argument with a text for
/// the user.
template <typename Json>
Json parse_json(std::string_view text) {
  check_json_depth(text);
  try {
    return Json::parse(text);
  } catch (const typename Json::exception& error) {
    throw std::invalid_argument(json_fault(error.what()));
  }
}

}  // namespace ftracectl
