#include "report/event_words.hpp"

namespace ftracectl::report {

namespace {

struct Words {
  std::string operator()(std::int64_t number) const { return std::to_string(number); }
  std::string operator()(std::uint64_t number) const { return std::to_string(number); }
  std::string operator()(std::string_view text) const { return std::string(text); }
  std::string operator()(Address address) const { return std::to_string(address.value); }
  std::string operator()(Unknown /*value*/) const { return "?"; }
};

}  // namespace

std::string event_name(const Event& event) {
  if (event.schema == nullptr || event.schema->system.empty()) return std::string(event.name);
  return event.schema->system + ":" + event.schema->name;
}

std::string event_words(const Event& event) {
  if (auto text = kernel_text(event)) return std::move(*text);
  std::string words;
  for (const auto& [name, value] : event.fields) {
    if (!words.empty()) words += ' ';
    words += name;
    words += '=';
    words += std::visit(Words{}, value);
  }
  return words;
}

}  // namespace ftracectl::report
