#include "saved/read_input.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <ftracectl/error.hpp>
#include <ostream>

#include "base/file_kind.hpp"
#include "base/text.hpp"
#include "decode/text/line_header.hpp"
#include "decode/text/trace_header.hpp"
#include "kernel/tracefs.hpp"
#include "output/summary.hpp"
#include "records/call_recorder.hpp"
#include "records/record_lines.hpp"
#include "records/wanted_execs.hpp"
#include "saved/byte_source.hpp"
#include "saved/format_tree.hpp"
#include "saved/saved_capture.hpp"
#include "saved/trace_dat_capture.hpp"

namespace ftracectl {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// The taker's sink behind the selection, where there is one.
class Selected {
 public:
  Selected(const InputOptions& options, Sink& to) : to_(to) {
    if (!options.selection.is_all()) selecting_.emplace(options.selection, to);
  }

  Sink& sink() { return selecting_ ? static_cast<Sink&>(*selecting_) : to_; }
  void know_tasks(RecordStream& stream) {
    if (!selecting_) return;
    selecting_->set_parent_of([&stream](std::int32_t pid) -> std::optional<std::int32_t> {
      const Task* task = stream.tasks().find(pid);
      return task == nullptr ? std::nullopt : task->ppid;
    });
  }
  /// Puts it into the sink, too.
  Summary end(Summary summary) {
    if (selecting_) summary = selecting_->corrected(summary);
    to_.record(summary);
    return summary;
  }

 private:
  Sink& to_;
  std::optional<SelectingSink> selecting_;
};

bool has_own_choice(const InputOptions& options) {
  return !options.filename.empty() || !options.name.empty() || options.only_failed || options.all;
}

// A capture folder

InputEnd read_folder(const InputOptions& options, const InputTaker& taker) {
  if (!options.formats.empty())
    throw Error(ErrorCode::usage, "--formats: a capture folder contains the formats of its events");
  const auto begin = Clock::now();
  SavedCapture saved(options.input);
  const CaptureManifest& manifest = saved.manifest();
  RecordStream::Options stream_options;
  saved.prepare(stream_options, options.find_object);
  stream_options.is_wanted =
      has_own_choice(options)
          ? wanted_records(options.filename, options.name, options.only_failed)
          : wanted_records(manifest.filename, manifest.name, manifest.only_failed, manifest.selection);
  Selected selected(options, taker.sink(manifest.clock));
  const auto start = start_of(manifest);
  if (start) selected.sink().record(*start);
  for (const auto& step : manifest.clock_steps) selected.sink().record(step);
  stream_options.take_output = taker.take_output;
  RecordStream stream(saved.events(), selected.sink(), std::move(stream_options));
  selected.know_tasks(stream);
  saved.run(stream, [&] {
    taker.take_output();
    taker.progress(saved.bytes_read(), saved.bytes());
  });

  Summary summary = stream.counts();
  // A folder may have their count alone, and one of a capture that was killed the records alone.
  summary.disturbed = std::max(summary.disturbed, manifest.disturbed);
  summary.kernel = saved.kernel_counts();
  if (summary.kernel) summary.lost = lost_events(summary.lost, {}, *summary.kernel);
  if (summary.kernel && (summary.disturbed > 0 || manifest.page_size > 0)) balance(summary);
  summary.seconds = manifest.seconds.value_or(seconds_since(begin));
  return {selected.end(summary), manifest, saved.is_torn(), start && start->wall};
}

// A file of trace-cmd

InputEnd read_trace_dat(const InputOptions& options, const InputTaker& taker, std::ostream& err) {
  if (!options.formats.empty())
    throw Error(ErrorCode::usage, "--formats: a trace.dat contains the formats of its events");
  const auto begin = Clock::now();
  TraceDatCapture saved(options.input, options.buffer, err);
  RecordStream::Options stream_options;
  saved.prepare(stream_options);
  stream_options.is_wanted = wanted_records(options.filename, options.name, options.only_failed);
  Selected selected(options, taker.sink(saved.clock()));
  stream_options.take_output = taker.take_output;
  RecordStream stream(saved.events(), selected.sink(), std::move(stream_options));
  selected.know_tasks(stream);
  saved.run(stream, [&] {
    taker.take_output();
    taker.progress(saved.bytes_read(), saved.bytes());
  });

  Summary summary = stream.counts();
  summary.kernel = saved.kernel_counts();
  if (summary.kernel) summary.lost = lost_events(summary.lost, {}, *summary.kernel);
  summary.seconds = seconds_since(begin);
  return {selected.end(summary), std::nullopt, false};
}

// A file: the text of trace or trace_pipe, or our own records

/// Bytes of a file, and how far it is read.
class Input {
 public:
  Input(const InputOptions& options, const InputTaker& taker) : source_(options.input), taker_(taker) {
    struct stat status = {};
    if (options.input != "-" && ::stat(options.input.c_str(), &status) == 0 && S_ISREG(status.st_mode))
      all_ = static_cast<std::uint64_t>(status.st_size);
  }

  std::string_view read() {
    const auto piece = source_.read();
    read_ += piece.size();
    taker_.progress(read_, all_);
    return piece;
  }

 private:
  ByteSource source_;
  const InputTaker& taker_;
  std::uint64_t read_ = 0;
  std::uint64_t all_ = 0;
};

/// The beginning of a file: the header of a `trace`, as far as there is one.
class Beginning {
 public:
  explicit Beginning(Input& input) {
    while (true) {
      const auto piece = input.read();
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

std::string name_of(const InputOptions& options) {
  return options.input == "-" ? "standard input" : options.input;
}

InputEnd read_lines(const InputOptions& options, const InputTaker& taker, Input& input,
                    const Beginning& beginning, std::ostream& err) {
  if (!options.formats.empty())
    throw Error(ErrorCode::usage, "--formats: records in JSON Lines are decoded already");
  InputOptions choice = options;
  choice.selection.execs = wanted_execs(options.filename, options.name, options.only_failed);
  Sink& sink = taker.sink("");
  if (sink.takes_entries())
    throw Error(ErrorCode::usage, name_of(options) +
                                      " has records, and none of the kernel's entries: they cannot be "
                                      "printed as the text of a trace");
  Selected selected(choice, sink);
  RecordLines lines(selected.sink());
  for (std::string_view piece = beginning.bytes(); !piece.empty(); piece = input.read()) {
    lines.feed(piece);
    taker.take_output();
  }
  lines.finish();
  for (const auto& [type, count] : lines.counts().skipped)
    err << "ftracectl: note: " << count << " records of the unknown type '" << type << "' are left out"
        << std::endl;
  if (lines.counts().records == 0 && lines.counts().bad > 0)
    throw Error(ErrorCode::failed, name_of(options) + ": not one line of it is a record");
  Summary summary = selected.end(lines.summary());
  return {summary, std::nullopt, false, lines.counts().wall_offsets > 0};
}

void add_running_kernel(EventTable& events, const InputOptions& options, std::ostream& err) {
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

/// What the kernel says in the header of `trace` takes the place of its counts.
std::optional<KernelCounts> counts_in_header(const TraceHeader& header) {
  if (!header.entries || !header.written) return std::nullopt;
  KernelCounts counts;
  counts.left = *header.entries;
  counts.overrun = *header.written - std::min(*header.written, *header.entries);
  return counts;
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
void refuse_what_is_no_text(const InputOptions& options, std::string_view beginning) {
  const FileKind* kind = find_file_kind(beginning);
  if (kind == nullptr || !kind->is_binary || has_any_entry(beginning)) return;
  throw Error(ErrorCode::failed, name_of(options) + ": not the text of a trace: " + describe(*kind));
}

std::string nothing_fits(const InputOptions& options, std::string_view beginning) {
  const FileKind* kind = find_file_kind(beginning);
  return name_of(options) + ": not one line of it is the text of a trace" +
         (kind == nullptr ? "" : ": " + describe(*kind));
}

InputEnd read_text(const InputOptions& options, const InputTaker& taker, Input& input,
                   const Beginning& beginning, std::ostream& err) {
  const auto begin = Clock::now();
  refuse_what_is_no_text(options, beginning.bytes());
  EventTable events;
  if (options.formats.empty()) {
    add_running_kernel(events, options, err);
  } else {
    add_format_tree(events, options.formats, err);
  }
  Selected selected(options, taker.sink(""));
  RecordStream::Options stream_options = options_for_unknown_text();
  if (options.calls) stream_options.recorders = {call_recorder()};
  stream_options.is_wanted = wanted_records(options.filename, options.name, options.only_failed);
  stream_options.take_output = taker.take_output;
  RecordStream stream(events, selected.sink(), std::move(stream_options));
  selected.know_tasks(stream);
  for (std::string_view piece = beginning.bytes(); !piece.empty(); piece = input.read()) {
    stream.feed(piece);
    taker.take_output();
  }
  stream.finish();

  Summary summary = stream.counts();
  summary.kernel = counts_in_header(beginning.header());
  // Of several files in one, the first header counts for the first alone.
  if (summary.kernel && summary.lost > summary.kernel->overrun) summary.kernel.reset();
  if (summary.kernel) summary.lost = lost_events(summary.lost, {}, *summary.kernel);
  summary.seconds = seconds_since(begin);
  const InputEnd end{selected.end(summary), std::nullopt, false};
  if (summary.malformed > 0 && summary.entries == 0 && summary.lost == 0) {
    taker.take_output();
    throw Error(ErrorCode::failed, nothing_fits(options, beginning.bytes()));
  }
  return end;
}

}  // namespace

InputEnd read_input(const InputOptions& options, const InputTaker& taker, std::ostream& err) {
  if (is_folder(options.input)) return read_folder(options, taker);
  if (is_trace_dat(options.input)) return read_trace_dat(options, taker, err);
  Input input(options, taker);
  if (!options.buffer.empty())
    throw Error(ErrorCode::usage, "--buffer: only a trace.dat has several buffers");
  const Beginning beginning(input);
  return are_record_lines(beginning.bytes()) ? read_lines(options, taker, input, beginning, err)
                                             : read_text(options, taker, input, beginning, err);
}

}  // namespace ftracectl
