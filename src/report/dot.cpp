// A graph for Graphviz. Its nodes are programs and not processes: ten thousand of these could not be looked at.
#include <map>

#include "base/printable.hpp"
#include "report/exports.hpp"
#include "report/words.hpp"

namespace ftracectl::report {

namespace {

struct Edge {
  std::uint64_t count = 0;
  std::uint64_t failures = 0;
};

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : printable(text)) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

std::string_view file_of(const Run& run, const Attempt& attempt) {
  return attempt.filename == no_text ? std::string_view("?") : run.texts.at(attempt.filename);
}

/// What a process is when it starts something: what it ran then, or, before its first exec, its parent's program.
std::string program_at(const Run& run, const Process& process, std::int64_t at_ns) {
  std::string_view name = run.texts.at(process.comm);
  for (std::uint32_t number = process.first_attempt; number != none; number = run.attempts[number].next) {
    const Attempt& attempt = run.attempts[number];
    if (attempt.begin_ns > at_ns) break;
    if (attempt.status == ExecRecord::Status::ok) name = file_of(run, attempt);
  }
  return name.empty() ? "?" : std::string(name);
}

}  // namespace

std::vector<std::string> write_dot(const Run& run, const std::string& title, const Writer& out) {
  std::map<std::pair<std::string, std::string>, Edge> edges;
  for (const auto& process : run.processes) {
    for (std::uint32_t number = process.first_attempt; number != none; number = run.attempts[number].next) {
      const Attempt& attempt = run.attempts[number];
      if (attempt.is_superseded) continue;
      const bool is_child = number == process.first_attempt && process.parent != none;
      const std::string from = is_child ? program_at(run, run.processes[process.parent], process.begin_ns)
                                        : program_at(run, process, attempt.begin_ns - 1);
      Edge& edge = edges[{from, std::string(file_of(run, attempt))}];
      ++edge.count;
      edge.failures += attempt.is_failed();
    }
  }
  out("digraph ftracectl {\n  label=" + quoted(title) +
      ";\n  rankdir=LR;\n  node [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=10];\n"
      "  edge [fontname=\"sans-serif\", fontsize=9, color=\"#5a6c86\"];\n");
  for (const auto& [ends, edge] : edges) {
    std::string label = std::to_string(edge.count);
    if (edge.failures > 0) label += " (" + std::to_string(edge.failures) + " failed)";
    out("  " + quoted(ends.first) + " -> " + quoted(ends.second) + " [label=" + quoted(label) +
        (edge.failures == edge.count ? ", style=dashed, color=\"#c4362d\"" : "") + "];\n");
  }
  out("}\n");
  return {};
}

}  // namespace ftracectl::report
