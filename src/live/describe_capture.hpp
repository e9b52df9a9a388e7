#pragma once

#include <string>

#include "live/capture.hpp"
#include "live/capture_plan.hpp"
#include "records/record_stream.hpp"
#include "saved/capture_manifest.hpp"

namespace ftracectl {

/// The manifest of a capture that begins now. `prefix` is its instance's, with all options set.
CaptureManifest describe_capture(const CaptureOptions& options, const CaptureWish& wish,
                                 const std::vector<ChosenRecorder>& recorders, Files& files,
                                 const std::string& prefix);

}  // namespace ftracectl
