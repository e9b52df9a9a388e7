#pragma once

#include <ftracectl/event.hpp>

namespace ftracectl {

/// Finds one field of many events that are mostly of one kind: looks where it was the last time, and not at
/// all for what the event's schema does not have.
class FieldFinder {
 public:
  /// `name` is a literal.
  explicit constexpr FieldFinder(std::string_view name) : name_(name) {}

  /// As Event::find().
  const Value* find(const Event& event) {
    // Whose name is stored in the same place is the same field of the same schema.
    if (at_ < event.fields.size() && event.fields[at_].name.data() == stored_name_) {
      return &event.fields[at_].value;
    }
    if (event.schema != schema_) learn(event);
    return is_there_ ? look_for(event) : nullptr;
  }
  /// As Event::number().
  std::optional<std::int64_t> number(const Event& event) {
    const Value* value = find(event);
    return value != nullptr ? number_in(*value) : std::nullopt;
  }
  /// As Event::string().
  std::optional<std::string_view> string(const Event& event) {
    const Value* value = find(event);
    const auto* text = value != nullptr ? std::get_if<std::string_view>(value) : nullptr;
    return text != nullptr ? std::optional(*text) : std::nullopt;
  }

 private:
  void learn(const Event& event);
  const Value* look_for(const Event& event);

  std::string_view name_;
  const EventSchema* schema_ = nullptr;
  bool is_there_ = true;  ///< in the schema; where there is none, that is not known
  std::size_t at_ = 0;    ///< among the fields of the last event that had it
  const char* stored_name_ = nullptr;
};

}  // namespace ftracectl
