#pragma once

#include <iosfwd>

#include "kernel/tracefs.hpp"
#include "live/preparation.hpp"

namespace ftracectl {

/// Prints what a capture would write, as shell lines, and writes nothing. Gives the exit code.
int dry_run_capture(const CaptureOptions& options, const Prepared& prepared, Tracefs& files,
                    std::ostream& out, std::ostream& err);

}  // namespace ftracectl
