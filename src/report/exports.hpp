#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "report/run.hpp"
#include "report/text_tree.hpp"

namespace ftracectl::report {

/// A file that a report can be written as: a row of the table. A new one is one file and one row.
struct Export {
  std::string_view option;   ///< of the command line
  std::string_view summary;  ///< of the command line
  /// Gives sentences for the user, such as what did not fit.
  std::vector<std::string> (*write)(const Run& run, const std::string& title, const Writer& out);
};

std::span<const Export> exports();

std::vector<std::string> write_page(const Run& run, const std::string& title, const Writer& out);
std::vector<std::string> write_trace_event(const Run& run, const std::string& title, const Writer& out);
std::vector<std::string> write_folded(const Run& run, const std::string& title, const Writer& out);
std::vector<std::string> write_dot(const Run& run, const std::string& title, const Writer& out);

/// What is said where stacks are asked for and there are none.
inline constexpr const char* no_stacks =
    "no record has a stack; 'capture --stacktrace' adds the kernel's, '--userstack' the program's own";

/// The frames of a stack for a graph, outermost first, without the tracer's own and without offsets.
std::vector<std::string> graph_frames(const Run& run, const StackCount& stack);

}  // namespace ftracectl::report
