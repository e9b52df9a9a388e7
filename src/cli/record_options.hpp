#pragma once

#include "cli/command_line.hpp"
#include "records/selection.hpp"
#include "saved/read_input.hpp"

namespace ftracectl::cli {

/// Declares what decode and report have in common: where formats come from and which records are wanted.
void add_record_options(CommandLine& line);

/// What was said of it, and of the one input that is named. Throws Error(usage).
InputOptions record_options(const CommandLine& line, const Invocation& invocation);

/// "2.5", "300ms", "1m": behind the first record; "@7075.233047": by the trace's own clock.
Moment parse_moment(const std::string& option, const std::string& text);

}  // namespace ftracectl::cli
