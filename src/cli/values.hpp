#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "output/rotation.hpp"
#include "records/time_style.hpp"

namespace ftracectl::cli {

// Option values that are more than a word. Each throws Error(usage) with the option's name.

/// "10s", "500ms", "2m", "1h", "1.5s"; a bare number is seconds.
std::chrono::milliseconds parse_duration(const std::string& option, const std::string& text);

/// The same with its unit, and a bare 0.
std::chrono::milliseconds parse_latency(const std::string& option, const std::string& text);

/// "8M", "512K", "1G" in KiB. A bare number is refused: the kernel's buffer_size_kb has KiB, other tools pages.
std::uint64_t parse_size_kb(const std::string& option, const std::string& text);

/// "wall", "mono", "delta", "none"; JSON takes the first two.
TimeStyle parse_time_style(const std::string& text, const std::string& format);

/// "64M", "1h", "64M,1d": when a file of records is full. "m" is minutes, "M" is MiB.
Rotation parse_rotation(const std::string& option, const std::string& text);

/// "100,101".
std::vector<std::int32_t> parse_pids(const std::string& option, const std::string& text);

/// The output format: the one asked for, else the one of the output file's name ("execs.jsonl", .ndjson,
/// .json), else "text".
std::string chosen_format(const std::string& asked, const std::string& output);

}  // namespace ftracectl::cli
