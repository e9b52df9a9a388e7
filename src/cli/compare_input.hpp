#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "compare/match/side.hpp"
#include "kernel/tracefs.hpp"

namespace ftracectl::cli {

/// One side of a comparison, as the command line names it.
struct CompareInput {
  std::string
      path;  ///< a file, a capture folder, "-", or what strace -ff wrote: a folder, or the name's beginning
  std::vector<std::string> more_paths;  ///< further files of the same run
  std::string format;                   ///< name of an importer; empty: by content
  compare::ImportOptions options;
  std::string formats;  ///< for tracefs text: a tree of format files; empty: the running kernel's
  TracefsWish tracefs;
};

/// Reads all of it. Throws Error with the file's name and, where it has lines, the line's number.
void read_side(const CompareInput& input, compare::Side& side, std::ostream& err);

}  // namespace ftracectl::cli
