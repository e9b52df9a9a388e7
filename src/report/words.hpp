#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "report/run.hpp"

namespace ftracectl::report {

// What all reports say in the same words. Names come out as they are: whoever prints them makes them printable.

/// "2.5 s", "12.0 ms", "340 us": three digits, the unit that suits.
std::string duration_words(std::uint64_t ns);
/// "0.538".
std::string milliseconds(std::uint64_t ns);
/// "1,234,567".
std::string grouped(std::uint64_t number);
/// Seconds from the beginning of the run: "0.000123", six digits.
std::string offset_seconds(const Run& run, std::int64_t at_ns);

/// An argument as one would type it: quoted where a shell would take it apart.
std::string quoted_argument(std::string_view argument);
/// The file, then the arguments behind argv[0]; "?" for what is not known.
std::string command_words(const Run& run, const Attempt& attempt);
/// Of a process: what it runs, or its name in brackets where no exec of it was seen: "[bash]".
std::string process_words(const Run& run, const Process& process);
/// "ok", "ENOENT", "unfinished"; with the search: "ok (after 9 of PATH)".
std::string result_words(const Attempt& attempt);
/// "exit 3", "signal 9"; empty where the end is not known.
std::string end_words(const Process& process);
/// The arguments of `argv`.
std::vector<std::string_view> arguments(const Run& run, const Attempt& attempt);

}  // namespace ftracectl::report
