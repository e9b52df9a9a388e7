#pragma once

#include <iosfwd>
#include <string>

#include "kernel/tracefs.hpp"

namespace ftracectl {

/// What `ftracectl decode` was asked for.
struct DecodeOptions {
  std::string input;    ///< a capture folder, a file of trace or trace_pipe text, or "-"
  std::string formats;  ///< a tree of format files; empty: the running kernel's. Not for a folder
  TracefsWish tracefs;
  std::string filename;  ///< globs as of CaptureOptions; empty, for a folder: those of the capture
  std::string name;
  bool only_failed = false;
  bool all = false;  ///< do without the selection of the capture
  bool strict = false;
  std::string format = "text";
  std::string output;
};

/// Decodes what was saved. Gives the exit code. Throws Error.
int run_decode(const DecodeOptions& options, std::ostream& err);

}  // namespace ftracectl
