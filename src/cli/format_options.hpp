#pragma once

#include <string>

#include "cli/command_line.hpp"
#include "records/time_style.hpp"

namespace ftracectl::cli {

/// Declares --format and --time.
void add_format_options(CommandLine& line);

/// The format of records and their times.
struct FormatChoice {
  std::string format;
  TimeStyle time = TimeStyle::clock;
};
/// Where no format was asked for, by the name of the `output`.
FormatChoice format_options(const CommandLine& line, const std::string& output);

}  // namespace ftracectl::cli
