#pragma once

#include <string>

#include "output/json_fields.hpp"
#include "output/json_line.hpp"
#include "records/other_record.hpp"

namespace ftracectl {

/// Writes the fields of a record of any kind into a line.
class JsonTaker final : public FieldTaker {
 public:
  /// Without `wall` there is no "time".
  JsonTaker(JsonLine& line, WallColumn* wall) : line_(line), wall_(wall) {}

  void kind(std::string_view word) override { line_.text("type", word); }
  void field(std::string_view name, const AnyValue& value) override {
    if (const auto* number = std::get_if<std::int64_t>(&value)) return line_.number(name, *number);
    if (const auto* bits = std::get_if<std::uint64_t>(&value)) return line_.number(name, *bits);
    if (const auto* address = std::get_if<Address>(&value)) return line_.address(name, address->value);
    if (const auto* texts = std::get_if<std::vector<std::string_view>>(&value))
      return line_.array(name, *texts);
    if (const auto* time = std::get_if<Timestamp>(&value)) return put(name, *time);
    const auto* text = std::get_if<std::string_view>(&value);
    if (text == nullptr) return line_.null(name);
    if (!line_.text(name, *text)) line_.hex(std::string(name) + "_hex", *text);
  }

 private:
  /// As JsonFields has it.
  void put(std::string_view name, const Timestamp& time) {
    const bool is_clocks = time.is_known && !time.from_start;
    if (is_clocks && time.is_time) {
      line_.number(name, time.value);
    } else {
      line_.null(name);
      if (is_clocks) line_.number("ts", time.value);
      if (time.is_known && !is_clocks)
        line_.number(time.is_time ? "ts_from_start_ns" : "ts_from_start", time.value);
    }
    if (wall_ == nullptr) return;
    const auto moment = is_clocks && time.is_time ? wall_->times.at(time.value) : std::nullopt;
    line_.word<"time">(moment ? wall_->text.text(*moment) : std::string_view());
  }

  JsonLine& line_;
  WallColumn* wall_;
};

}  // namespace ftracectl
