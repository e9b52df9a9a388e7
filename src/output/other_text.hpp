#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/byte_buffer.hpp"
#include "output/json_text.hpp"
#include "output/text_parts.hpp"
#include "output/time_column.hpp"
#include "records/other_record.hpp"

namespace ftracectl {

/// "        0.000200      7 block_io dev=8388608 sector=2048 ms=0.120": a record of any kind, on one line.
class TextTaker final : public FieldTaker {
 public:
  TextTaker(ByteBuffer& to, TimeColumn& time) : to_(to), time_(time) {}

  /// It stands behind the time and the task.
  void kind(std::string_view word) override { kind_ = word; }
  void field(std::string_view name, const AnyValue& value) override {
    if (const auto* time = std::get_if<Timestamp>(&value); time != nullptr && name == "ts_ns")
      return append_right(to_, time_.text(*time), time_.width());
    if (name == "pid") return;  // the thread's own number comes with it
    if (name == "tid") {
      const auto* tid = std::get_if<std::int64_t>(&value);
      return append_right(to_, tid != nullptr ? std::to_string(*tid) : "-", pid_width + 1);
    }
    if (!kind_.empty() && name != "cpu") {
      to_ += ' ';
      append_printable(to_, std::exchange(kind_, {}));
    }
    if (name != "cpu" && !std::holds_alternative<std::monostate>(value)) put(name, value);
  }

 private:
  void put(std::string_view name, const AnyValue& value) {
    to_ += ' ';
    to_ += name;
    to_ += '=';
    if (const auto* number = std::get_if<std::int64_t>(&value)) return append_number(to_, *number);
    if (const auto* bits = std::get_if<std::uint64_t>(&value)) return append_number(to_, *bits);
    if (const auto* address = std::get_if<Address>(&value)) return append_hex(to_, address->value);
    if (const auto* text = std::get_if<std::string_view>(&value)) return append_argument(to_, *text);
    if (const auto* time = std::get_if<Timestamp>(&value)) {
      to_ += time_.text(*time);
    } else if (const auto* texts = std::get_if<std::vector<std::string_view>>(&value)) {
      for (std::size_t i = 0; i < texts->size(); ++i) {
        if (i > 0) to_ += ',';
        append_argument(to_, (*texts)[i]);
      }
    }
  }

  ByteBuffer& to_;
  TimeColumn& time_;
  std::string_view kind_;
};

}  // namespace ftracectl
