#include "support/records.hpp"

#include "base/text.hpp"

namespace ftracectl::test {

std::vector<nlohmann::json> parse_json_lines(const std::string& text) {
  std::vector<nlohmann::json> records;
  for (const auto line : split_lines(text)) {
    records.push_back(nlohmann::json::parse(line));
    if (!records.back().is_object()) throw std::runtime_error("no JSON object: " + std::string(line));
  }
  return records;
}

std::vector<nlohmann::json> of_type(const std::vector<nlohmann::json>& records, const std::string& type) {
  std::vector<nlohmann::json> matching;
  for (const auto& record : records) {
    if (record.at("type") == type) matching.push_back(record);
  }
  return matching;
}

}  // namespace ftracectl::test
