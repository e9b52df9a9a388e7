#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "cli/command_line.hpp"
#include "live/trace_source.hpp"

namespace ftracectl::cli {

/// Declares --source and --latency.
void add_source_options(CommandLine& line, const std::string& default_source,
                        const std::string& meaning_of_auto);

TraceSource source_option(const CommandLine& line);

/// 0 for "at once"; nothing where it was not given.
std::optional<std::chrono::milliseconds> latency_option(const CommandLine& line);

}  // namespace ftracectl::cli
