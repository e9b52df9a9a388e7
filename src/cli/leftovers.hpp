#pragma once

#include <string>

#include "cli/command_line.hpp"

namespace ftracectl::cli {

/// Where the journals of sessions are kept: $FTRACECTL_JOURNAL, or /run/ftracectl, or, for those who are not
/// root and have been given access to tracefs, ftracectl in $XDG_RUNTIME_DIR.
std::string journal_folder();

/// For the beginning of every command that changes something, before it looks at how things are: puts back
/// what killed sessions have left, and says so in a line for each. Silent where there is nothing, and where
/// it cannot be looked for; does nothing in a --dry-run.
void recover_leftovers(const CommandLine& line, const Invocation& invocation);

}  // namespace ftracectl::cli
