// Stacks as flamegraph.pl takes them, a line each: "bash;main;execute_command;execve 12".
#include <algorithm>
#include <map>

#include "base/printable.hpp"
#include "report/exports.hpp"

namespace ftracectl::report {

namespace {

/// A frame's name cannot have what separates frames.
std::string frame_name(std::string name) {
  std::replace(name.begin(), name.end(), ';', ':');
  return name;
}

}  // namespace

std::vector<std::string> write_folded(const Run& run, const std::string& /*title*/, const Writer& out) {
  std::map<std::pair<TextId, std::uint32_t>, std::uint64_t> counts;
  for (const auto& attempt : run.attempts)
    if (attempt.stack != none) ++counts[{attempt.comm, attempt.stack}];
  for (const auto& happening : run.happenings) {
    if (happening.stack == none) continue;
    const TextId comm = happening.process == none ? no_text : run.processes[happening.process].last_comm;
    ++counts[{comm, happening.stack}];
  }
  std::map<std::string, std::uint64_t> lines;  // stacks that differ in what is left out are one
  for (const auto& [key, count] : counts) {
    std::string line = key.first == no_text ? "?" : frame_name(printable(run.texts.at(key.first)));
    for (auto& name : graph_frames(run, run.stacks[key.second])) line += ";" + frame_name(std::move(name));
    lines[std::move(line)] += count;
  }
  for (const auto& [line, count] : lines) out(line + " " + std::to_string(count) + "\n");
  if (lines.empty()) return {no_stacks};
  return {};
}

}  // namespace ftracectl::report
