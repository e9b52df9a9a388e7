#pragma once

#include <chrono>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "kernel/tracefs.hpp"
#include "live/trace_source.hpp"
#include "records/sink.hpp"
#include "records/time_style.hpp"

namespace ftracectl {

/// What `ftracectl stream` was asked for.
struct StreamOptions {
  bool drain = false;  ///< what is there now, and no more
  bool strict = false;
  std::optional<std::chrono::milliseconds> duration;
  TraceSource source = TraceSource::text;
  std::optional<std::chrono::milliseconds> latency;  ///< how long events may wait to be read
  std::string format = "text";
  TimeStyle time = TimeStyle::clock;
  std::string output;
  TextLook look;
  std::string program_version;     ///< for the start record
  std::vector<std::string> words;  ///< the same: the program's arguments
};

/// Reads a buffer's trace_pipe or its raw pipes, which takes the events out of it, and changes nothing else.
/// `prefix` as of buffer_prefix(). Gives the exit code. Throws Error.
int run_stream(Tracefs& tracefs, const std::string& prefix, const StreamOptions& options, std::ostream& err);

}  // namespace ftracectl
