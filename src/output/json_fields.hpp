#pragma once

#include <ftracectl/error.hpp>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "output/json_line.hpp"
#include "records/record_fields.hpp"

namespace ftracectl {

/// Texts of a record that were not UTF-8, which hardly any record has: their bytes stand behind its other keys.
class JsonBytes {
 public:
  void put(JsonLine& line) const {
    if (!bytes_) return;
    for (const auto& [key, text] : *bytes_) line.hex(std::string(key) + "_hex", text);
  }
  template <FieldName key>
  [[gnu::always_inline]] void put_argv(JsonLine& line) const {
    if (argv_ != nullptr) line.hex_array<key>(*argv_);
  }
  /// The line must not be reached from here: its place would leave the register that it is in.
  [[gnu::noinline]] void keep(std::string_view key, std::string_view text) {
    if (!bytes_) bytes_ = std::make_unique<Bytes>();
    bytes_->emplace_back(key, text);
  }
  void keep_argv(const std::vector<std::string>& argv) { argv_ = &argv; }

 private:
  using Bytes = std::vector<std::pair<std::string_view, std::string_view>>;

  std::unique_ptr<Bytes> bytes_;
  const std::vector<std::string>* argv_ = nullptr;
};

/// The wall clock's times beside the buffer's.
struct WallColumn {
  WallTimes times;
  Rfc3339 text;
};

/// Writes what visit_fields() puts into a line.
class JsonFields {
 public:
  /// `clock` needs no escapes any more; without `wall` there is no "time".
  [[gnu::always_inline]] JsonFields(JsonLine& line, JsonBytes& bytes, std::string_view clock,
                                    WallColumn* wall)
      : line_(line), bytes_(bytes), clock_(clock), wall_(wall) {}

  template <FieldName word>
  [[gnu::always_inline]] void kind(FieldTag<word>) {
    line_.fixed_word<"type", word>();
  }
  template <FieldName first, FieldName second>
  [[gnu::always_inline]] void twice(FieldTag<first>, std::int64_t before, FieldTag<second>,
                                    std::int64_t number) {
    line_.number_twice<first, second>(before, number);
  }
  template <FieldName key, typename Value>
  [[gnu::always_inline]] void asked(bool is_asked, FieldTag<key>, const Value& value) {
    if (is_asked) (*this)(field<key>, value);
  }
  template <FieldName key, typename Texts>
  [[gnu::always_inline]] void optional(FieldTag<key>, const Texts& texts) {
    if (!texts.empty()) line_.array<key>(texts);
  }
  template <FieldName key>
  [[gnu::always_inline]] void optional(FieldTag<key>, const std::optional<std::uint64_t>& address) {
    if (address) line_.address<key>(*address);
  }

  template <FieldName key>
  [[gnu::always_inline]] void operator()(FieldTag<key>, NeverKnown) {
    line_.null<key>();
  }
  template <FieldName key>
  [[gnu::always_inline]] void operator()(FieldTag<key>, std::uint64_t number) {
    line_.number<key>(number);
  }
  template <FieldName key>
  [[gnu::always_inline]] void operator()(FieldTag<key>, std::int64_t number) {
    line_.number<key>(number);
  }
  template <FieldName key, typename Number>
  requires std::is_integral_v<Number>
  [[gnu::always_inline]] void operator()(FieldTag<key>, const std::optional<Number>& number) {
    line_.number<key>(number);
  }
  template <FieldName key>
  [[gnu::always_inline]] void operator()(FieldTag<key>, IfTold told) {
    if (told.number < 0) return line_.null<key>();
    line_.number<key>(told.number);
  }
  template <FieldName key>
  [[gnu::always_inline]] void operator()(FieldTag<key>, Word word) {
    line_.word<key>(word.text);
  }
  template <FieldName key>
  [[gnu::always_inline]] void operator()(FieldTag<key>, BufferClock) {
    line_.word<key>(clock_);
  }
  template <FieldName key>
  [[gnu::always_inline]] void operator()(FieldTag<key>, ErrorOf error) {
    if (error.ret.value_or(0) >= 0) return line_.null<key>();
    line_.plain<key>(result_error_name(*error.ret));
  }
  template <FieldName key>
  [[gnu::always_inline]] void operator()(FieldTag<key>, std::string_view text) {
    if (!line_.text<key>(text)) bytes_.keep(key.view(), text);
  }
  template <FieldName key>
  [[gnu::always_inline]] void operator()(FieldTag<key>, const std::optional<std::string_view>& text) {
    if (!text) return line_.null<key>();
    (*this)(field<key>, *text);
  }
  template <FieldName key>
  [[gnu::always_inline]] void operator()(FieldTag<key>, const std::optional<std::string>& text) {
    if (!text) return line_.null<key>();
    (*this)(field<key>, std::string_view(*text));
  }
  template <FieldName key>
  [[gnu::always_inline]] void operator()(FieldTag<key>,
                                         const std::optional<std::vector<std::string>>& texts) {
    if (!texts) return line_.null<key>();
    if (!line_.array<key>(*texts)) bytes_.keep_argv(*texts);
  }
  template <FieldName key>
  [[gnu::always_inline]] void operator()(FieldTag<key>, const std::optional<KernelCounts>& counts) {
    if (!counts) return line_.null<key>();
    line_.begin_object<key>();
    visit_fields(*counts, *this);
    line_.end_object();
  }
  /// A clock that counts no time, or one whose zero is unknown, has a key of its own.
  template <FieldName key>
  [[gnu::always_inline]] void operator()(FieldTag<key>, const Timestamp& time) {
    const bool is_clocks = time.is_known && !time.from_start;
    if (is_clocks && time.is_time) {
      line_.number<key>(time.value);
      if (wall_ != nullptr) put_wall(time.value);
      return;
    }
    line_.null<key>();
    if (is_clocks) {
      line_.number<"ts">(time.value);
    } else if (time.is_known) {
      line_.number(std::string_view(time.is_time ? "ts_from_start_ns" : "ts_from_start"), time.value);
    }
    if (wall_ != nullptr) line_.null<"time">();
  }
  template <FieldName key>
  void operator()(FieldTag<key>, const WallText& moment) {
    Rfc3339 rfc3339;
    const auto since_1970 =
        moment.clock_ns && moment.wall ? wall_ns(*moment.clock_ns, moment.wall->offset_ns) : std::nullopt;
    line_.word<key>(since_1970 ? rfc3339.text(*since_1970) : std::string_view());
  }
  template <FieldName key>
  [[gnu::always_inline]] void operator()(FieldTag<key>, EventName of) {
    const Event& event = of.event;
    if (event.schema != nullptr && !event.schema->system.empty()) {
      line_.text_pair<key>(event.schema->system, ':', event.schema->name);
    } else if (!event.name.empty() && event.schema == nullptr && event.decoded) {
      line_.text<key>("ftrace:" + std::string(event.name));  // a stack without its event
    } else if (event.name.empty()) {
      line_.null<key>();
    } else {
      line_.text<key>(event.name);
    }
  }
  template <FieldName key>
  [[gnu::always_inline]] void operator()(FieldTag<key>, CallArguments of) {
    if (!of.call.began) return line_.null<key>();
    line_.begin_object<key>();
    for (const auto& argument : of.call.args) {
      if (!line_.text(argument.name, argument.text)) line_.hex(argument.name + "_hex", argument.text);
    }
    line_.end_object();
  }
  template <FieldName key>
  [[gnu::always_inline]] void operator()(FieldTag<key>, ErrorCounts of) {
    line_.begin_object<key>();
    for (const auto& [result, count] : of.totals.errors) line_.number(result_error_name(result), count);
    line_.end_object();
  }
  template <FieldName key>
  [[gnu::always_inline]] void operator()(FieldTag<key>, EventFields of) {
    line_.begin_object<key>();
    for (const auto& [name, value] : of.event.fields) put_value(name, value);
    line_.end_object();
  }

 private:
  void put_wall(std::uint64_t clock_ns) {
    const auto moment = wall_->times.at(clock_ns);
    line_.word<"time">(moment ? wall_->text.text(*moment) : std::string_view());
  }

  /// Other programs' JSON numbers have 53 bits: what has more goes as a text, and a pointer always.
  [[gnu::always_inline]] void put_value(std::string_view name, const Value& value) {
    constexpr std::int64_t largest = (std::int64_t{1} << 53U) - 1;
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      if (*number > largest || *number < -largest) return line_.number_as_text(name, *number);
      line_.number(name, *number);
    } else if (const auto* bits = std::get_if<std::uint64_t>(&value)) {
      if (*bits > static_cast<std::uint64_t>(largest)) return line_.number_as_text(name, *bits);
      line_.number(name, *bits);
    } else if (const auto* address = std::get_if<Address>(&value)) {
      line_.address(name, address->value);
    } else if (const auto* text = std::get_if<std::string_view>(&value)) {
      if (!line_.text(name, *text)) line_.hex(std::string(name) + "_hex", *text);
    } else {
      line_.null(name);
    }
  }

  JsonLine& line_;
  JsonBytes& bytes_;
  std::string_view clock_;
  WallColumn* wall_;
};

}  // namespace ftracectl
