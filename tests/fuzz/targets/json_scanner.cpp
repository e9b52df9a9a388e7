// A line of JSON, without a tree of it. What nlohmann/json takes, the scanner takes too.

#include "base/json_scanner.hpp"

#include <nlohmann/json.hpp>

#include "base/json_depth.hpp"
#include "fuzz/harness/target.hpp"

using namespace ftracectl;

FUZZ_TARGET("json_scanner") {
  JsonScanner scanner;
  JsonScanner inner;
  const bool good = scanner.read(input, [&](std::string_view key, const JsonValue& value) {
    static_cast<void>(std::string(key).size());
    value.integer();
    value.string();
    if (value.kind == JsonValue::Kind::array)
      inner.elements(value.text, [](const auto& element) { element.integer(); });
  });
  if (good) return;
  if (scanner.fault().empty()) fuzz::fail("no reason");
  fuzz::may_refuse([&] {
    check_json_depth(input);
    const auto json = nlohmann::json::parse(input, nullptr, false);
    if (json.is_object()) fuzz::fail("JSON is refused: " + scanner.fault());
  });
}
