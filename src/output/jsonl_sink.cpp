#include <ftracectl/error.hpp>
#include <memory>

#include "output/formats.hpp"
#include "output/json_fields.hpp"

namespace ftracectl {

namespace {

/// Writes the fields of a record of any kind into a line.
class JsonTaker final : public FieldTaker {
 public:
  explicit JsonTaker(JsonLine& line) : line_(line) {}

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
    if (is_clocks && time.is_time) return line_.number(name, time.value);
    line_.null(name);
    if (is_clocks) return line_.number("ts", time.value);
    if (time.is_known) line_.number(time.is_time ? "ts_from_start_ns" : "ts_from_start", time.value);
  }

  JsonLine& line_;
};

class JsonlSink : public Sink {
 public:
  explicit JsonlSink(std::string_view clock) : clock_(escaped(clock)) {}

  void record(const Record& record) override {
    visit_record(record, [this](const auto& kind) { write(kind); });
  }

 private:
  template <typename Kind>
  void write(const Kind& record) {
    JsonLine line(buffer_);
    JsonBytes bytes;
    JsonFields fields(line, bytes, clock_);
    visit_fields(record, fields);
    bytes.put(line);
    bytes.put_argv<"argv_hex">(line);
  }

  void write(const OtherRecord& record) {
    JsonLine line(buffer_);
    JsonTaker taker(line);
    record.visit(taker);
  }

  /// A saved capture may name any clock.
  static std::string escaped(std::string_view text) {
    std::string result(json_string_room(text.size()), '\0');
    result.resize(static_cast<std::size_t>(write_json_characters(result.data(), text).end - result.data()));
    return result;
  }

  std::string clock_;
};

}  // namespace

std::unique_ptr<Sink> make_jsonl_sink(const std::string& clock) { return std::make_unique<JsonlSink>(clock); }

}  // namespace ftracectl
