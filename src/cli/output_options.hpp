#pragma once

#include "cli/command_line.hpp"
#include "output/log_file.hpp"

namespace ftracectl::cli {

/// Declares --output and what says how its file is kept: --append, --rotate, --keep, --compress, --owner, --mode.
void add_output_options(CommandLine& line);

/// What they say. With --rotate or --service nothing is ever emptied. Throws Error(usage).
LogFile::Rules output_rules(const CommandLine& line);

}  // namespace ftracectl::cli
