// The text of trace or trace_pipe, by the decoder that live buffers are read with.
#include <ftracectl/event_table.hpp>

#include "base/text.hpp"
#include "compare/import/importers.hpp"
#include "compare/match/ours.hpp"
#include "decode/text/trace_header.hpp"
#include "records/record_stream.hpp"

namespace ftracectl::compare {

namespace {

/// What the stream's records are for a side.
class SideSink : public Sink {
 public:
  explicit SideSink(Side& side) : ours_(side) {}

  void record(const Record& record) override {
    ours_.record(record);
    const auto* malformed = record_if<Malformed>(record);
    if (malformed != nullptr && first_malformed_.line.empty())
      first_malformed_ = {std::string(malformed->line), std::string(malformed->why)};
  }

  struct Bytes {
    std::string line;
    std::string why;
  };
  const Bytes& first_malformed() const { return first_malformed_; }
  OursReader& ours() { return ours_; }

 private:
  OursReader ours_;
  Bytes first_malformed_;
};

class TracefsReader : public Reader {
 public:
  TracefsReader(Side& side, const EventTable& events)
      : side_(side), sink_(side), stream_(events, sink_, options_for_unknown_text()) {}

  void line(std::string_view line, std::uint64_t number) override {
    if (in_header_) {
      in_header_ = line.starts_with('#');
      header_.append(line).append(1, '\n');
    }
    text_.assign(line).append(1, '\n');
    stream_.feed(text_);
    if (first_malformed_ == 0 && !sink_.first_malformed().line.empty()) first_malformed_ = number;
    number_ = number;
  }

  void last_line(std::string_view last, std::uint64_t number) override { line(last, number); }

  void finish() override {
    stream_.finish();
    const Summary& counts = stream_.counts();
    side_.malformed += counts.malformed;
    if (counts.entries == 0) {
      const auto& [line, why] = sink_.first_malformed();
      bad_line(first_malformed_ != 0 ? first_malformed_ : number_, "no line of trace text: " + why, line);
    }
    const TraceHeader header = parse_trace_header(header_);
    std::optional<std::uint64_t> overwritten;
    if (header.entries && header.written && *header.written > *header.entries)
      overwritten = *header.written - *header.entries;
    sink_.ours().finish(overwritten);
  }

 private:
  Side& side_;
  SideSink sink_;
  RecordStream stream_;
  std::string text_;
  std::string header_;
  bool in_header_ = true;
  std::uint64_t number_ = 0;
  std::uint64_t first_malformed_ = 0;
};

/// "TASK-123  [001] ..... 12.345678: ", or the comment lines of a saved `trace`.
bool is_trace_line(std::string_view line) {
  const std::size_t open = line.find(" [");
  if (open == line.npos) return line.starts_with("CPU:") && line.find(" [LOST ") != line.npos;
  std::string_view front = trim(line.substr(0, open));
  if (front.ends_with(')')) front = trim(front.substr(0, front.rfind('(')));
  const std::size_t dash = front.rfind('-');
  const std::size_t close = line.find(']', open);
  return dash != front.npos && parse_number<std::uint32_t>(front.substr(dash + 1)) && close != line.npos &&
         parse_number<std::uint32_t>(line.substr(open + 2, close - open - 2)) &&
         line.find(": ", close) != line.npos;
}

bool recognises(std::string_view beginning) {
  if (beginning.starts_with("# tracer: ")) return true;
  for (int lines = 0; lines < 50 && !beginning.empty(); ++lines) {
    const auto line = beginning.substr(0, beginning.find('\n'));
    if (is_trace_line(line)) return true;
    beginning.remove_prefix(std::min(line.size() + 1, beginning.size()));
  }
  return false;
}

}  // namespace

const Importer tracefs_importer = {
    "tracefs", "the text of trace or trace_pipe; --formats names the events of its kernel", recognises,
    [](Side& side, const ImportOptions& options) -> std::unique_ptr<Reader> {
      return std::make_unique<TracefsReader>(side, options.events());
    }};

}  // namespace ftracectl::compare
