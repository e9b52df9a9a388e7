#include <ftracectl/error.hpp>
#include <memory>

#include "output/formats.hpp"
#include "output/json_fields.hpp"
#include "output/json_taker.hpp"

namespace ftracectl {

namespace {

class JsonlSink : public Sink {
 public:
  explicit JsonlSink(const SinkOptions& options) : clock_(escaped(options.clock)) {
    if (options.time == TimeStyle::wall) wall_.emplace();
  }

  void record(const Record& record) override {
    visit_record(record, [this](const auto& kind) { write(kind); });
  }

 private:
  template <typename Kind>
  void write(const Kind& record) {
    if constexpr (std::is_same_v<Kind, Start>) {
      if (wall_) wall_->times.start(record.wall);
      if (!record.clock.empty()) clock_ = escaped(record.clock);
    } else if constexpr (std::is_same_v<Kind, ClockStep>) {
      if (wall_) wall_->times.step(record);
    }
    JsonLine line(buffer_);
    JsonBytes bytes;
    JsonFields fields(line, bytes, clock_, wall_ ? &*wall_ : nullptr);
    visit_fields(record, fields);
    bytes.put(line);
    bytes.put_argv<"argv_hex">(line);
  }

  void write(const OtherRecord& record) {
    JsonLine line(buffer_);
    JsonTaker taker(line, wall_ ? &*wall_ : nullptr);
    record.visit(taker);
  }

  /// A saved capture may name any clock.
  static std::string escaped(std::string_view text) {
    std::string result(json_string_room(text.size()), '\0');
    result.resize(static_cast<std::size_t>(write_json_characters(result.data(), text).end - result.data()));
    return result;
  }

  std::string clock_;
  std::optional<WallColumn> wall_;
};

}  // namespace

std::unique_ptr<Sink> make_jsonl_sink(const SinkOptions& options) {
  return std::make_unique<JsonlSink>(options);
}

}  // namespace ftracectl
