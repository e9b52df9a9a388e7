#pragma once

#include <string>

#include "process.hpp"

namespace workload {

/// Prints one line for each exec that the process tried. The format is described in main.cpp.
void report(const std::string& name, const Process& process, const Ran& ran);

/// Prints the line of this program's own exec.
void report_start(const std::vector<std::string>& argv);

/// Prints a line of something that is no exec: how many of what.
void report_count(const std::string& name, const std::string& what, long count);

/// Prints the line of a text that was written to a trace_marker.
void report_marker(const std::string& name, const std::string& text, bool written);

}  // namespace workload
