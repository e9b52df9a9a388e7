#include <algorithm>

#include "records/recorder.hpp"

namespace ftracectl {

const RecorderSettings::Value* RecorderSettings::find(std::string_view name) const {
  const auto found =
      std::find_if(values_.begin(), values_.end(), [&](const auto& value) { return value.first == name; });
  return found == values_.end() ? nullptr : &found->second;
}

void RecorderSettings::set(std::string_view name, Value value) {
  for (auto& [known, old] : values_) {
    if (known != name) continue;
    old = std::move(value);
    return;
  }
  values_.emplace_back(name, std::move(value));
}

bool RecorderSettings::flag(std::string_view name) const {
  const Value* value = find(name);
  const auto* flag = value != nullptr ? std::get_if<bool>(value) : nullptr;
  return flag != nullptr && *flag;
}

std::int64_t RecorderSettings::number(std::string_view name, std::int64_t otherwise) const {
  const Value* value = find(name);
  const auto* number = value != nullptr ? std::get_if<std::int64_t>(value) : nullptr;
  return number != nullptr ? *number : otherwise;
}

std::vector<std::string> RecorderSettings::words(std::string_view name) const {
  const Value* value = find(name);
  const auto* words = value != nullptr ? std::get_if<std::vector<std::string>>(value) : nullptr;
  return words != nullptr ? *words : std::vector<std::string>();
}

}  // namespace ftracectl
