#pragma once

#include <iosfwd>
#include <string>

#include "live/capture.hpp"

namespace ftracectl {

/// What is captured and how it ends, in one sentence: "capturing execs of the whole system; Ctrl-C ends it".
std::string capture_announcement(const CaptureOptions& options);

/// Says that on a terminal, where somebody would wonder why nothing comes; and nothing to a file or a pipe.
void announce(const std::string& text, std::ostream& err);

}  // namespace ftracectl
