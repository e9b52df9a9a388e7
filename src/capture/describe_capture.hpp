#pragma once

#include <string>

#include "capture/capture.hpp"
#include "capture/capture_manifest.hpp"
#include "capture/capture_plan.hpp"
#include "capture/record_stream.hpp"

namespace ftracectl {

/// The manifest of a capture that begins now. `prefix` is its instance's, with all options set.
CaptureManifest describe_capture(const CaptureOptions& options, const CaptureWish& wish,
                                 const ExecSources& exec, Files& files, const std::string& prefix);

}  // namespace ftracectl
