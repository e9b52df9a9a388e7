#include "report/exports.hpp"

#include <array>

#include "base/printable.hpp"
#include "base/user_frame.hpp"
#include "records/tracer_frames.hpp"

namespace ftracectl::report {

namespace {

constexpr std::array table = {
    Export{"html", "write a page for a browser: a timeline, a tree, a table and stacks; it needs no network",
           write_page},
    Export{"trace-event", "write Chrome's trace event JSON, for Perfetto, speedscope and chrome://tracing",
           write_trace_event},
    Export{"folded", "write folded stacks, for flamegraph.pl, inferno and speedscope", write_folded},
    Export{"dot", "write a graph for Graphviz: which program started which, and how often", write_dot},
};

}  // namespace

std::span<const Export> exports() { return table; }

std::vector<std::string> graph_frames(const Run& run, const StackCount& stack) {
  std::vector<std::string_view> frames;
  for (const TextId id : stack.frames) frames.push_back(run.texts.at(id));
  const std::size_t skipped = tracer_frames(frames);
  std::vector<std::string> names;
  for (std::size_t i = frames.size(); i-- > skipped;) {
    const std::string frame = readable_frame(frames[i]);
    const auto name = frame.starts_with('<') ? frame : frame.substr(0, frame.find("+0x"));
    names.push_back(printable(name));
  }
  return names;
}

}  // namespace ftracectl::report
