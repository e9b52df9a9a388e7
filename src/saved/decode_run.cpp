#include "saved/decode_run.hpp"

#include <algorithm>
#include <chrono>
#include <ftracectl/error.hpp>
#include <ostream>

#include "base/file_kind.hpp"
#include "base/text.hpp"
#include "decode/text/line_header.hpp"
#include "decode/text/trace_header.hpp"
#include "kernel/tracefs.hpp"
#include "output/output_file.hpp"
#include "output/summary.hpp"
#include "records/wanted_execs.hpp"
#include "saved/byte_source.hpp"
#include "saved/format_tree.hpp"
#include "saved/saved_capture.hpp"

namespace ftracectl {

namespace {

using Clock = std::chrono::steady_clock;

/// Where records go.
struct Output {
  OutputFile file;
  std::unique_ptr<Sink> sink;

  Output(const DecodeOptions& options, const std::string& clock)
      : file(options.output), sink(find_output_format(options.format).make(clock)) {}

  void flush() {
    file.write(sink->buffer().view());
    sink->buffer().clear();
  }
};

int end(const DecodeOptions& options, Output& output, const Summary& summary, std::ostream& err) {
  output.sink->record(summary);
  output.flush();
  output.file.close();
  print_counts(err, summary);
  return options.strict && is_incomplete(summary) ? exit_status::data_lost : exit_status::ok;
}

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

// A capture folder

int decode_folder(const DecodeOptions& options, std::ostream& err) {
  if (!options.formats.empty()) {
    throw Error(ErrorCode::usage, "--formats: a capture folder contains the formats of its events");
  }
  const auto begin = Clock::now();
  SavedCapture saved(options.input);
  const CaptureManifest& manifest = saved.manifest();
  const bool as_captured =
      options.filename.empty() && options.name.empty() && !options.only_failed && !options.all;
  RecordStream::Options stream_options;
  saved.prepare(stream_options);
  stream_options.is_wanted = as_captured
                                 ? wanted_execs(manifest.filename, manifest.name, manifest.only_failed)
                                 : wanted_execs(options.filename, options.name, options.only_failed);
  Output output(options, manifest.clock);
  stream_options.take_output = [&] { output.flush(); };
  RecordStream stream(saved.events(), *output.sink, std::move(stream_options));
  saved.run(stream, [&] { output.flush(); });

  Summary summary = stream.counts();
  // A folder may have their count alone, and one of a capture that was killed the records alone.
  summary.disturbed = std::max(summary.disturbed, manifest.disturbed);
  summary.kernel = saved.kernel_counts();
  if (summary.kernel) summary.lost = lost_events(summary.lost, {}, *summary.kernel);
  if (summary.kernel && (summary.disturbed > 0 || manifest.page_size > 0)) balance(summary);
  summary.seconds = manifest.seconds.value_or(seconds_since(begin));
  const int status = end(options, output, summary, err);
  if (manifest.finished) return status;
  err << "ftracectl: the capture of " << manifest.started << " was cut off: later events are missing"
      << (saved.is_torn() ? ", its last line is torn" : "") << std::endl;
  return options.strict ? exit_status::data_lost : status;
}

// The text of trace or trace_pipe

void add_running_kernel(EventTable& events, const DecodeOptions& options, std::ostream& err) {
  try {
    Tracefs tracefs(locate_tracefs(options.tracefs).path);
    add_kernel_formats(events, tracefs);
  } catch (const Error& error) {
    throw Error(
        error.code(),
        "decoding needs the formats of the events: --formats DIR names a folder with SYSTEM/EVENT/format,\n"
        "such as a copy of the tracefs folder 'events' of the machine where the text was made.\n"
        "The running kernel's cannot be read: " +
            std::string(error.what()),
        error.system_errno());
  }
  err << "ftracectl: note: using the formats of the running kernel; for another kernel's: --formats"
      << std::endl;
}

/// The beginning of the text: the header of a `trace`, as far as there is one.
class Beginning {
 public:
  explicit Beginning(ByteSource& source) {
    while (true) {
      const auto piece = source.read();
      bytes_ += piece;
      header_ = parse_trace_header(bytes_);
      if (piece.empty() || header_.is_complete || !bytes_.starts_with('#') || bytes_.size() > limit) return;
    }
  }

  const std::string& bytes() const { return bytes_; }
  const TraceHeader& header() const { return header_; }

 private:
  static constexpr std::size_t limit = 65536;

  std::string bytes_;
  TraceHeader header_;
};

/// What the kernel says in the header of `trace` takes the place of its counts.
std::optional<KernelCounts> counts_in_header(const TraceHeader& header) {
  if (!header.entries || !header.written) return std::nullopt;
  KernelCounts counts;
  counts.left = *header.entries;
  counts.overrun = *header.written - std::min(*header.written, *header.entries);
  return counts;
}

RecordStream::Options options_for_text(const DecodeOptions& options) {
  RecordStream::Options stream_options = options_for_unknown_text();
  stream_options.is_wanted = wanted_execs(options.filename, options.name, options.only_failed);
  return stream_options;
}

std::string name_of(const DecodeOptions& options) {
  return options.input == "-" ? "standard input" : options.input;
}

bool has_any_entry(std::string_view text) {
  for (const auto line : split_lines(text)) {
    const auto header = parse_line_header(line, {TextLayout::plain, TextLayout::latency, TextLayout::verbose,
                                                 TextLayout::narrow, TextLayout::loose});
    if (header.fit == LineHeader::Fit::yes) return true;
  }
  return false;
}

/// Of a file that is no text at all, not one line is printed. (The text of a trace may have NULs: "%c" prints them.)
void refuse_what_is_no_text(const DecodeOptions& options, std::string_view beginning) {
  const FileKind* kind = find_file_kind(beginning);
  if (kind == nullptr || !kind->is_binary || has_any_entry(beginning)) return;
  throw Error(ErrorCode::failed, name_of(options) + ": not the text of a trace: " + describe(*kind));
}

std::string nothing_fits(const DecodeOptions& options, std::string_view beginning) {
  const FileKind* kind = find_file_kind(beginning);
  return name_of(options) + ": not one line of it is the text of a trace" +
         (kind == nullptr ? "" : ": " + describe(*kind));
}

int decode_text(const DecodeOptions& options, std::ostream& err) {
  const auto begin = Clock::now();
  ByteSource source(options.input);
  const Beginning beginning(source);
  refuse_what_is_no_text(options, beginning.bytes());
  EventTable events;
  if (options.formats.empty()) {
    add_running_kernel(events, options, err);
  } else {
    add_format_tree(events, options.formats, err);
  }
  Output output(options, "");
  auto stream_options = options_for_text(options);
  stream_options.take_output = [&] { output.flush(); };
  RecordStream stream(events, *output.sink, std::move(stream_options));
  const TraceHeader& header = beginning.header();
  for (std::string_view piece = beginning.bytes(); !piece.empty(); piece = source.read()) {
    stream.feed(piece);
    output.flush();
  }
  stream.finish();

  Summary summary = stream.counts();
  summary.kernel = counts_in_header(header);
  // Of several files in one, the first header counts for the first alone.
  if (summary.kernel && summary.lost > summary.kernel->overrun) summary.kernel.reset();
  if (summary.kernel) summary.lost = lost_events(summary.lost, {}, *summary.kernel);
  summary.seconds = seconds_since(begin);
  const int status = end(options, output, summary, err);
  if (summary.malformed > 0 && summary.entries == 0 && summary.lost == 0)
    throw Error(ErrorCode::failed, nothing_fits(options, beginning.bytes()));
  return status;
}

}  // namespace

int run_decode(const DecodeOptions& options, std::ostream& err) {
  find_output_format(options.format);
  return is_folder(options.input) ? decode_folder(options, err) : decode_text(options, err);
}

}  // namespace ftracectl
