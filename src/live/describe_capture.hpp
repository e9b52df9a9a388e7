#pragma once

#include <string>

#include "kernel/wall_clock.hpp"
#include "live/capture.hpp"
#include "live/capture_plan.hpp"
#include "records/record_stream.hpp"
#include "saved/capture_manifest.hpp"

namespace ftracectl {

/// The manifest of a capture that begins now. `prefix` is its instance's, with all options set.
CaptureManifest describe_capture(const CaptureOptions& options, const CaptureWish& wish,
                                 const std::vector<ChosenRecorder>& recorders, Files& files,
                                 const std::string& prefix, const WallClock& clock);

/// What is left out, and by whom: "kernel: filter COMM == \"make\"", "records: --uid 0".
std::vector<std::string> describe_selection(const CaptureOptions& options, const CaptureWish& wish);

}  // namespace ftracectl
