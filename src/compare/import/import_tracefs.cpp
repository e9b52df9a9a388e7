// The text of trace or trace_pipe, by the decoder that live buffers are read with.
#include <ftracectl/event_table.hpp>
#include <ftracectl/text_decoder.hpp>

#include "base/text.hpp"
#include "compare/import/importers.hpp"
#include "compare/match/ours.hpp"
#include "decode/text/trace_header.hpp"
#include "records/exec_correlator.hpp"
#include "records/stack_joiner.hpp"

namespace ftracectl::compare {

namespace {

/// Which events were on, the text does not say: an attempt waits for its end until there is another.
constexpr ExecSources all_sources = {true, true, true, false, true};

class TracefsReader : public Reader {
 public:
  TracefsReader(Side& side, const EventTable& events)
      : side_(side),
        ours_(side),
        decoder_(events),
        correlator_(all_sources, {[this](const ExecRecord& record) { ours_.exec(record); }}),
        joiner_([this](const Event& event) {
          if (event.tid >= 0) correlator_.add(event);
        }) {}

  void line(std::string_view line, std::uint64_t number) override {
    number_ = number;
    if (in_header_) {
      in_header_ = line.starts_with('#');
      header_.append(line).append(1, '\n');
    }
    text_.assign(line).append(1, '\n');
    decoder_.feed(text_);
    take_entries();
  }

  void last_line(std::string_view last, std::uint64_t number) override { line(last, number); }

  void finish() override {
    decoder_.finish();
    take_entries();
    joiner_.settle();
    correlator_.finish();
    if (events_ == 0) bad_line(first_malformed_, "no line of trace text: " + why_, malformed_);
    const TraceHeader header = parse_trace_header(header_);
    std::optional<std::uint64_t> overwritten;
    if (header.entries && header.written && *header.written > *header.entries)
      overwritten = *header.written - *header.entries;
    ours_.finish(overwritten);
  }

 private:
  void take_entries() {
    while (const Entry* entry = decoder_.next()) {
      if (entry->kind == Entry::Kind::malformed) {
        ++side_.malformed;
        if (first_malformed_ == 0) {
          first_malformed_ = number_;
          malformed_ = entry->malformed.line;
          why_ = entry->malformed.why;
        }
      }
      if (entry->kind == Entry::Kind::lost) {
        joiner_.lost(entry->lost.cpu);
        ours_.lost(entry->lost);
      }
      if (entry->kind == Entry::Kind::stack) joiner_.add(entry->stack);
      if (entry->kind != Entry::Kind::event) continue;
      ++events_;
      joiner_.add(entry->event);
    }
  }

  Side& side_;
  OursReader ours_;
  TextDecoder decoder_;
  ExecCorrelator correlator_;
  StackJoiner joiner_;
  std::string text_;
  std::string header_;
  bool in_header_ = true;
  std::uint64_t number_ = 0;
  std::uint64_t events_ = 0;
  std::uint64_t first_malformed_ = 0;
  std::string malformed_;
  std::string why_;
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
