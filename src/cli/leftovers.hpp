#pragma once

#include <iosfwd>
#include <string>

#include "kernel/files.hpp"

namespace ftracectl::cli {

/// Where the journals of sessions are kept: $FTRACECTL_JOURNAL, or /run/ftracectl, or, for those who are not
/// root and have been given access to tracefs, ftracectl in $XDG_RUNTIME_DIR.
std::string journal_folder();

/// Puts back what killed sessions have left, before anything new is begun; says so in a line for each. Silent
/// where there is nothing, and where it cannot be looked for.
void recover_leftovers(Files& files, std::ostream& err);

}  // namespace ftracectl::cli
