#include "cli/compare_input.hpp"

#include <ftracectl/error.hpp>
#include <ftracectl/event_table.hpp>
#include <ostream>

#include "compare/import/importers.hpp"
#include "compare/match/ours.hpp"
#include "kernel/tracefs.hpp"
#include "saved/byte_source.hpp"
#include "saved/format_tree.hpp"
#include "saved/saved_capture.hpp"
#include "saved/saved_records.hpp"

namespace ftracectl::cli {

namespace {

/// Records of a capture folder, on their way into a side.
class SideSink : public Sink {
 public:
  explicit SideSink(compare::Side& side) : ours_(side), side_(side) {}

  void exec(const ExecRecord& record) override { ours_.exec(record); }
  void process_end(const ExitRecord& record) override { ours_.process_end(record); }
  void event(const Event& /*event*/) override {}
  void lost(const Lost& lost) override { ours_.lost(lost); }
  void malformed(const Malformed& /*malformed*/) override { ++side_.malformed; }
  void summary(const Summary& /*summary*/) override {}

  compare::OursReader& reader() { return ours_; }

 private:
  compare::OursReader ours_;
  compare::Side& side_;
};

void read_folder(const CompareInput& input, compare::Side& side) {
  SideSink sink(side);
  const SavedRecords saved = read_saved_records(input.path, sink);
  sink.reader().finish(saved.summary.lost);
  side.format = "folder";
  const CaptureManifest& manifest = saved.manifest;
  side.has_ends = manifest.lifetime;
  std::vector<std::string> arguments = manifest.arguments;
  if (!manifest.command.empty()) arguments.emplace_back("--");
  compare::apply_capture_options(side, arguments);
  if (!manifest.finished) side.notes.emplace_back("this capture was cut off");
}

void read_file(const CompareInput& input, compare::Side& side, std::ostream& err) {
  constexpr std::size_t enough = 65536;
  ByteSource source(input.path);
  std::string beginning;
  for (std::string_view piece = source.read(); !piece.empty(); piece = source.read()) {
    beginning += piece;
    if (beginning.size() >= enough) break;
  }
  const compare::Importer& importer =
      input.format.empty() ? compare::recognise(beginning) : compare::find_importer(input.format);
  if (beginning.empty()) throw Error(ErrorCode::failed, "empty: there is nothing to compare");
  side.format = importer.name;
  EventTable events;
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
  const auto reader = importer.make(side, options);
  compare::LineFeeder feeder(*reader);
  feeder.feed(beginning);
  for (std::string_view piece = source.read(); !piece.empty(); piece = source.read()) feeder.feed(piece);
  feeder.finish();
}

}  // namespace

void read_side(const CompareInput& input, compare::Side& side, std::ostream& err) {
  side.name = input.path == "-" ? "standard input" : input.path;
  if (input.path != "-" && is_folder(input.path)) return read_folder(input, side);
  try {
    read_file(input, side, err);
  } catch (const Error& error) {
    const std::string message = error.what();
    if (error.code() == ErrorCode::usage || message.starts_with(side.name + ':')) throw;
    throw Error(error.code(), side.name + ": " + message, error.system_errno());
  }
}

}  // namespace ftracectl::cli
