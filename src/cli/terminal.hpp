#pragma once

#include <string>

#include "cli/command_line.hpp"
#include "records/sink.hpp"
#include "report/screen.hpp"

namespace ftracectl::cli {

/// What text is printed on: COLUMNS, else the terminal's width, else 80 columns; blocks and branches where the locale is
/// one of UTF-8.
report::Screen find_screen();

/// Declares --attempts and --whole-stacks.
void add_look_options(CommandLine& line);
/// How text is to look that goes to `output`, "" for standard output: lines are cut where that is a terminal.
TextLook find_look(const CommandLine& line, const std::string& output);

}  // namespace ftracectl::cli
