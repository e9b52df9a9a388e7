#include "saved/saved_records.hpp"

#include "records/record_stream.hpp"
#include "records/wanted_execs.hpp"
#include "saved/saved_capture.hpp"

namespace ftracectl {

SavedRecords read_saved_records(const std::string& folder, Sink& sink) {
  SavedCapture saved(folder);
  const CaptureManifest& manifest = saved.manifest();
  RecordStream::Options options;
  saved.prepare(options);
  options.is_wanted =
      wanted_records(manifest.filename, manifest.name, manifest.only_failed, manifest.selection);
  RecordStream stream(saved.events(), sink, std::move(options));
  saved.run(stream, [&] { sink.buffer().clear(); });

  SavedRecords result{manifest, stream.counts()};
  result.summary.kernel = saved.kernel_counts();
  if (result.summary.kernel)
    result.summary.lost = lost_events(result.summary.lost, {}, *result.summary.kernel);
  return result;
}

}  // namespace ftracectl
