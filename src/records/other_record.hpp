#pragma once

#include <cstdint>
#include <ftracectl/event.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/field_name.hpp"
#include "records/field_values.hpp"

namespace ftracectl {

/// What a field of a record of any kind holds: nothing, a number, a text, an address, texts, a time.
using AnyValue = std::variant<std::monostate, std::int64_t, std::uint64_t, std::string_view, Address,
                              std::vector<std::string_view>, Timestamp>;

/// Takes the fields of a record of any kind, one by one, in the order of the output.
class FieldTaker {
 public:
  virtual ~FieldTaker() = default;

  /// The record's "type", before all others.
  virtual void kind(std::string_view word) = 0;
  virtual void field(std::string_view name, const AnyValue& value) = 0;
};

/// A record of a kind that record.hpp does not list: a recorder makes it, and its own list of fields is all that the
/// outputs know of it. A kind of record that is worth a line of text of its own is listed instead.
class OtherRecord {
 public:
  virtual ~OtherRecord() = default;

  virtual void visit(FieldTaker& taker) const = 0;
  virtual std::unique_ptr<OtherRecord> copy() const = 0;
};

/// Turns the `put` of a list of fields (record_fields.hpp) into calls of a FieldTaker.
class PutFields {
 public:
  explicit PutFields(FieldTaker& taker) : taker_(taker) {}

  template <FieldName word>
  void kind(FieldTag<word>) {
    taker_.kind(word.view());
  }
  template <FieldName first, FieldName second>
  void twice(FieldTag<first>, std::int64_t before, FieldTag<second>, std::int64_t number) {
    taker_.field(first.view(), before);
    taker_.field(second.view(), number);
  }
  template <FieldName key, typename Value>
  void operator()(FieldTag<key>, const Value& value) {
    taker_.field(key.view(), value_of(value));
  }
  template <FieldName key, typename Value>
  void asked(bool is_asked, FieldTag<key>, const Value& value) {
    if (is_asked) taker_.field(key.view(), value_of(value));
  }
  template <FieldName key, typename Value>
  void optional(FieldTag<key>, const std::optional<Value>& value) {
    if (value) taker_.field(key.view(), value_of(*value));
  }
  template <FieldName key, typename Texts>
  void optional(FieldTag<key>, const Texts& texts) {
    if (!texts.empty()) taker_.field(key.view(), value_of(texts));
  }

 private:
  static AnyValue value_of(std::string_view text) { return text; }
  static AnyValue value_of(const Timestamp& time) { return time; }
  static AnyValue value_of(Address address) { return address; }
  static AnyValue value_of(NeverKnown /*nothing*/) { return {}; }
  static AnyValue value_of(IfTold told) {
    return told.number < 0 ? AnyValue() : AnyValue(std::int64_t{told.number});
  }
  static AnyValue value_of(Word word) { return word.text.empty() ? AnyValue() : AnyValue(word.text); }
  static AnyValue value_of(const std::vector<std::string>& texts) {
    return std::vector<std::string_view>(texts.begin(), texts.end());
  }
  template <typename Number>
  requires std::is_integral_v<Number>
  static AnyValue value_of(Number number) {
    if constexpr (std::is_signed_v<Number>) return std::int64_t{number};
    return static_cast<std::uint64_t>(number);
  }
  template <typename Value>
  static AnyValue value_of(const std::optional<Value>& value) {
    return value ? value_of(*value) : AnyValue();
  }

  FieldTaker& taker_;
};

/// A record of the caller's own kind, which has a visit_fields(const Kind&, Put&). Valid as long as `record`.
template <typename Kind>
class RecordOfKind final : public OtherRecord {
 public:
  explicit RecordOfKind(const Kind& record) : record_(&record) {}

  const Kind& record() const { return *record_; }

  void visit(FieldTaker& taker) const override {
    PutFields put(taker);
    visit_fields(*record_, put);
  }
  std::unique_ptr<OtherRecord> copy() const override {
    auto own = std::make_unique<Kind>(*record_);
    auto result = std::make_unique<RecordOfKind>(*own);
    result->own_ = std::move(own);
    return result;
  }

 private:
  const Kind* record_;
  std::unique_ptr<Kind> own_;  ///< of a copy
};

/// The record if it is of that kind, else null.
template <typename Kind>
const Kind* other_record_if(const OtherRecord& record) {
  const auto* of_kind = dynamic_cast<const RecordOfKind<Kind>*>(&record);
  return of_kind == nullptr ? nullptr : &of_kind->record();
}

}  // namespace ftracectl
