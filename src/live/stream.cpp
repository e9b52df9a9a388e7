#include "live/stream.hpp"

#include <algorithm>
#include <ftracectl/error.hpp>
#include <ostream>

#include "base/text.hpp"
#include "kernel/buffer.hpp"
#include "kernel/events.hpp"
#include "kernel/open_files.hpp"
#include "live/announcement.hpp"
#include "live/cpu_notes.hpp"
#include "live/describe_start.hpp"
#include "live/enricher.hpp"
#include "live/known_events.hpp"
#include "live/layout_watch.hpp"
#include "live/read_raw_source.hpp"
#include "live/run_loop.hpp"
#include "model/tracefs/plan.hpp"
#include "output/record_output.hpp"
#include "output/summary.hpp"
#include "records/exec_recorder.hpp"

namespace ftracectl {

namespace {

using Clock = std::chrono::steady_clock;

/// An enter that is filtered selects attempts; the other events of an exec are then those of all tasks.
bool enter_is_filtered(Files& files, const std::string& prefix, const std::vector<std::string>& events) {
  return std::any_of(events.begin(), events.end(), [&](const std::string& event) {
    const bool is_enter =
        std::find(exec_enter_events.begin(), exec_enter_events.end(), event) != exec_enter_events.end();
    return is_enter && trim(files.read(event_folder(prefix, event) + "filter")) != "none";
  });
}

/// Whether something is set that puts stack traces into the buffer: the option, or a trigger of an event.
bool stacks_may_come(Files& files, const std::string& prefix, const std::vector<std::string>& events) {
  for (const char* option : {"options/stacktrace", "options/userstacktrace"}) {
    if (files.exists(prefix + option) && trim(files.read(prefix + option)) == "1") return true;
  }
  return std::any_of(events.begin(), events.end(), [&](const std::string& event) {
    const std::string path = event_folder(prefix, event) + "trigger";
    return files.exists(path) && files.read(path).find("stacktrace:") != std::string::npos;
  });
}

RecordStream::Options stream_options(Files& files, const std::string& prefix,
                                     const std::vector<std::string>& events) {
  RecordStream::Options options;
  options.expect_stacks = stacks_may_come(files, prefix, events);
  const auto execs = exec_recorder_of(events, enter_is_filtered(files, prefix, events));
  if (execs) options.recorders = {*execs};
  // Parents and arguments are worth a look into /proc where an event tells that the program runs. An enter
  // alone says what the kernel said, at full speed.
  if (execs && exec_sources_of(execs->settings).exec) {
    ask_proc(options, FromProc::everything, read_clock(files, prefix));
  }
  return options;
}

/// Looks at the buffer's options, and says so once where they leave nothing to decode.
class StreamLayouts {
 public:
  StreamLayouts(Files& files, const std::string& prefix, std::ostream& err)
      : watch_(files, prefix), err_(err) {}

  TextLayouts look() {
    const TextLayouts layouts = watch_.look(Clock::now());
    if (watch_.current() == TextLayout::coded && !warned_) {
      warned_ = true;
      err_ << "ftracectl: option raw, hex or bin is on in this buffer: its text cannot be decoded"
           << std::endl;
    }
    if (watch_.lists_fields() && !said_fields_) {
      said_fields_ = true;
      err_ << "ftracectl: option fields is on in this buffer: its lines are kept but not decoded"
           << std::endl;
    }
    return layouts;
  }

 private:
  LayoutWatch watch_;
  std::ostream& err_;
  bool warned_ = false;
  bool said_fields_ = false;
};

/// `before`: what was counted before anything was read, for the pump reads on its own.
RunLoop::Limits run_limits(const StreamOptions& options, Files& files, const std::string& prefix,
                           const KernelCounts& before) {
  RunLoop::Limits limits;
  if (options.duration) limits.deadline = Clock::now() + *options.duration;
  if (options.drain) {
    limits.max_entries = before.left;
  } else {
    limits.tracing_is_off = [&files, prefix] { return !is_tracing_on(files, prefix); };
  }
  return limits;
}

/// Of trace_pipe there is one reader; what two readers of raw pipes get, each gets a part of.
void warn_of_other_readers(const Tracefs& tracefs, const std::string& prefix, std::ostream& err) {
  const auto readers = readers_among(files_of(find_open_files(tracefs.root()), instance_of(prefix)));
  if (readers.empty()) return;
  err << "ftracectl: note: " << process_list(readers)
      << " also reads this buffer: each reader gets only a part" << std::endl;
}

Eagerness eagerness_of(const StreamOptions& options, bool is_raw) {
  Eagerness eagerness;
  eagerness.at_once = !is_raw && (!options.latency || options.latency->count() == 0);
  eagerness.real_time = is_raw;  // a reader of text that is woken for each event would take a cpu
  if (options.latency) eagerness.look_every = std::max(*options.latency, std::chrono::milliseconds(1));
  return eagerness;
}

/// What gives this buffer a larger size.
std::string size_command(const std::string& prefix) {
  const std::string instance = instance_of(prefix);
  return "ftracectl set " + (instance.empty() ? "" : "--instance " + instance + " ") + "--buffer-size";
}

}  // namespace

int run_stream(Tracefs& tracefs, const std::string& prefix, const StreamOptions& options, std::ostream& err) {
  const OutputFormat& format = find_output_format(options.format);
  const auto output = open_record_output({options.output});
  StopSignals signals;
  const bool is_raw = options.source == TraceSource::raw ||
                      (options.source == TraceSource::automatic && can_read_raw(tracefs));
  std::optional<RawSource> raw;
  if (is_raw) {
    warn_of_other_readers(tracefs, prefix, err);
    raw = read_raw_source(tracefs, prefix);
  }
  const auto before = read_kernel_counts(tracefs, prefix);  // the pump reads from the start
  auto pump =
      open_pump(tracefs, prefix, is_raw, raw ? raw->layout.page_size : 0, eagerness_of(options, is_raw));
  CpuNotes cpu_notes(err);
  StreamLayouts layouts(tracefs, prefix, err);

  const auto events = read_enabled_events(tracefs, prefix);
  EventTable table;
  add_known_events(table, tracefs, events);
  if (is_raw) add_known_events(table, tracefs, builtin_entries(tracefs));
  const std::string clock = read_clock(tracefs, prefix);
  const auto sink = format.make({clock, options.time});
  sink->look(options.look);
  WallClock wall_clock(clock);
  if (options.time == TimeStyle::wall && !wall_clock.offset())
    err << "ftracectl: note: no program can read the clock " << clock
        << " of this buffer, so there are no wall-clock times; ftracectl set --clock mono" << std::endl;
  Start start = describe_machine(wall_clock);
  start.version = options.program_version;
  start.clock = clock;
  start.command_line = command_line_text("stream", options.words, {});
  start.events = events;
  sink->record(start);
  const FileLines lines{format, {clock, options.time}, start, wall_clock};
  set_hooks(*output,
            {[&err](const std::string& text) { err << "ftracectl: " << text << std::endl; },
             [&lines] { return lines.head(); }, [&lines](std::size_t count) { return lines.gap(count); }});
  Chores chores;
  watch_wall_clock(chores, wall_clock, [&](const ClockStep& step) {
    sink->record(step);
    err << "ftracectl: note: " << step_text(step) << std::endl;
  });
  RecordStream::Options record_options = stream_options(tracefs, prefix, events);
  record_options.layouts = [&layouts] { return layouts.look(); };
  record_options.raw = std::move(raw);
  RecordStream stream(table, *sink, std::move(record_options));
  const auto begin = Clock::now();
  RunLoop::Parts parts{*pump, stream, *sink, *output, signals, nullptr, !is_raw};
  parts.chores = &chores;
  RunLoop loop(std::move(parts), run_limits(options, tracefs, prefix, before));
  if (options.drain) pump->finish();
  if (!options.drain)
    announce("reading " + (prefix.empty() ? "the top-level buffer" : prefix.substr(0, prefix.size() - 1)) +
                 (options.duration ? " for the given time" : " until Ctrl-C"),
             err);
  const auto reason = loop.run();
  // Stopped by a signal or the clock, what is still in the buffer is left to the next reader.
  if (reason != RunLoop::Reason::drained) pump->halt();
  loop.drain();
  if (reason == RunLoop::Reason::drained) cpu_notes.at_end(tracefs, prefix);

  Summary summary = stream.counts();
  const auto after = read_kernel_counts(tracefs, prefix);
  summary.lost = lost_events(summary.lost, before, after);
  summary.kernel = counts_of_reader(before, after);
  summary.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  sink->record(summary);
  pump.reset();
  const std::size_t undelivered_lines = loop.deliver();
  output->close();
  print_summary(err, summary, read_buffer_kb(tracefs, prefix).value_or(0), size_command(prefix));
  print_undelivered(err, output->name(), undelivered_lines);
  print_unwritten(err, output->name(), output->unwritten_lines());
  return options.strict && (summary.lost > 0 || undelivered_lines + output->unwritten_lines() > 0)
             ? exit_status::data_lost
             : exit_status::ok;
}

}  // namespace ftracectl
