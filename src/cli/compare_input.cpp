#include "cli/compare_input.hpp"

#include <ftracectl/error.hpp>
#include <ftracectl/event_table.hpp>
#include <ostream>

#include "compare/import/importers.hpp"
#include "compare/match/ours.hpp"
#include "kernel/tracefs.hpp"
#include "records/exit_recorder.hpp"
#include "records/recorders.hpp"
#include "saved/byte_source.hpp"
#include "saved/format_tree.hpp"
#include "saved/saved_capture.hpp"
#include "saved/saved_records.hpp"
#include "saved/task_files.hpp"

namespace ftracectl::cli {

namespace {

/// Records of a capture folder, on their way into a side.
class SideSink : public Sink {
 public:
  explicit SideSink(compare::Side& side) : ours_(side), side_(side) {}

  void record(const Record& record) override {
    ours_.record(record);
    if (record_if<Malformed>(record) != nullptr) ++side_.malformed;
  }

  compare::OursReader& reader() { return ours_; }

 private:
  compare::OursReader ours_;
  compare::Side& side_;
};

void read_folder(const CompareInput& input, compare::Side& side) {
  SideSink sink(side);
  const SavedRecords saved = read_saved_records(input.path, sink);
  sink.reader().finish(saved.summary.lost);
  compare::measure_texts(side);
  side.format = "folder";
  const CaptureManifest& manifest = saved.manifest;
  side.has_ends = find_recorder(manifest.recorders, exit_kind) != nullptr;
  std::vector<std::string> arguments = manifest.arguments;
  if (!manifest.command.empty()) arguments.emplace_back("--");
  compare::apply_capture_options(side, arguments);
  side.ended_in_order = manifest.finished;
  if (!manifest.finished) side.notes.emplace_back("this capture was cut off");
}

/// The beginning of a source, enough to see what it is.
std::string read_beginning(ByteSource& source) {
  constexpr std::size_t enough = 65536;
  std::string beginning;
  for (std::string_view piece = source.read(); !piece.empty(); piece = source.read()) {
    beginning += piece;
    if (beginning.size() >= enough) break;
  }
  return beginning;
}

compare::ImportOptions options_for(const CompareInput& input, EventTable& events, std::ostream& err) {
  compare::ImportOptions options = input.options;
  options.events = [&]() -> const EventTable& {
    if (input.formats.empty()) {
      Tracefs tracefs(locate_tracefs(input.tracefs).path);
      add_kernel_formats(events, tracefs);
    } else {
      add_format_tree(events, input.formats, err);
    }
    return events;
  };
  return options;
}

void feed_rest(compare::LineFeeder& feeder, ByteSource& source) {
  for (std::string_view piece = source.read(); !piece.empty(); piece = source.read()) feeder.feed(piece);
}

/// The files that a side is made of. What the user has named may be a pipe or a link.
struct InputFiles {
  std::vector<std::string> paths;
  std::size_t found = 0;  ///< so many of the first were found in a folder; the others were named

  ByteSource open(std::size_t index) const {
    return index < found ? open_task_file(paths[index]) : ByteSource(paths[index]);
  }
};

void read_files(const CompareInput& input, const InputFiles& files, compare::Side& side, std::ostream& err) {
  ByteSource source = files.open(0);
  const std::string beginning = read_beginning(source);
  const compare::Importer& importer =
      input.format.empty() ? compare::recognise(beginning) : compare::find_importer(input.format);
  if (beginning.empty()) throw Error(ErrorCode::failed, "empty: there is nothing to compare");
  side.format = importer.name;
  EventTable events;
  const auto reader = importer.make(side, options_for(input, events, err));
  compare::LineFeeder feeder(*reader, side);
  reader->first_file(files.paths.front());
  feeder.feed(beginning);
  feed_rest(feeder, source);
  for (std::size_t i = 1; i < files.paths.size(); ++i) {
    feeder.next_file(files.paths[i]);
    ByteSource next = files.open(i);
    feed_rest(feeder, next);
  }
  feeder.finish();
}

InputFiles files_of(const CompareInput& input) {
  InputFiles files;
  if (input.path != "-" && input.more_paths.empty()) files.paths = files_of_tasks(input.path);
  files.found = files.paths.size();
  if (files.paths.empty()) files.paths.push_back(input.path);
  files.paths.insert(files.paths.end(), input.more_paths.begin(), input.more_paths.end());
  return files;
}

}  // namespace

void read_side(const CompareInput& input, compare::Side& side, std::ostream& err) {
  side.name = input.path == "-" ? "standard input" : input.path;
  const bool is_one_folder = input.path != "-" && input.more_paths.empty() && is_folder(input.path);
  const InputFiles files = files_of(input);
  if (is_one_folder && (is_capture_folder(input.path) || files.paths.front() == input.path))
    return read_folder(input, side);
  try {
    read_files(input, files, side, err);
  } catch (const Error& error) {
    const std::string message = error.what();
    if (error.code() == ErrorCode::usage || message.starts_with(side.name + ':')) throw;
    throw Error(error.code(), side.name + ": " + message, error.system_errno());
  }
}

}  // namespace ftracectl::cli
