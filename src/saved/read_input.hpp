#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>

#include "kernel/tracefs.hpp"
#include "records/selection.hpp"
#include "records/sink.hpp"
#include "saved/capture_manifest.hpp"
#include "saved/saved_stacks.hpp"

namespace ftracectl {

/// Records that were saved in one of several forms, and which of them are wanted.
struct InputOptions {
  std::string input;    ///< a capture folder, a trace.dat, a file of trace text or of our JSON Lines, or "-"
  std::string buffer;   ///< of a trace.dat: which instance; empty: the top level, or the only one with events
  std::string formats;  ///< for text: a tree of format files; empty: the running kernel's
  TracefsWish tracefs;  ///< for text without `formats`
  std::string filename;  ///< globs as of CaptureOptions; empty, for a folder: those of the capture
  std::string name;
  bool only_failed = false;
  bool all = false;    ///< do without the selection of the capture
  bool calls = false;  ///< of text: a record of each system call
  Selection selection;
  FindObject find_object;  ///< for a folder with user stacks that were not named; empty: none is looked for
};

/// Who takes the records.
struct InputTaker {
  /// Asked once, when the input's clock is known, "" where it never is. The sink outlives the reading.
  std::function<Sink&(const std::string& clock)> sink;
  /// Takes the records out of the sink's buffer, every so many.
  std::function<void()> take_output = [] {};
  /// So many bytes of so many are read; 0 where nobody knows how many there are.
  std::function<void(std::uint64_t read, std::uint64_t all)> progress = [](std::uint64_t, std::uint64_t) {};
};

/// What the input says beside its records.
struct InputEnd {
  Summary summary;
  std::optional<CaptureManifest> manifest;  ///< of a folder
  bool is_torn = false;                     ///< of a folder: its last line is not whole
  bool knows_wall_clock = false;            ///< it says how far its clock is from the wall clock
};

/// Puts the records into the taker's sink, their summary last. Throws Error: what cannot be read, or is none of these.
InputEnd read_input(const InputOptions& options, const InputTaker& taker, std::ostream& err);

}  // namespace ftracectl
