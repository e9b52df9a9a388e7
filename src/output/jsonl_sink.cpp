#include <ftracectl/error.hpp>
#include <memory>

#include "output/formats.hpp"
#include "output/json_fields.hpp"

namespace ftracectl {

namespace {

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
