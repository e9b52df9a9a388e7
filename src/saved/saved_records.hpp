#pragma once

#include <string>

#include "records/sink.hpp"
#include "saved/capture_manifest.hpp"

namespace ftracectl {

/// What a capture folder says beside its records.
struct SavedRecords {
  CaptureManifest manifest;
  Summary summary;
};

/// Puts the records of a capture folder into a sink, those that the capture itself gave. Throws Error.
SavedRecords read_saved_records(const std::string& folder, Sink& sink);

}  // namespace ftracectl
