#include "decode/text/trace_header.hpp"

#include "base/text.hpp"

namespace ftracectl {

namespace {

constexpr std::string_view tracer_mark = "# tracer: ";
constexpr std::string_view entries_mark = "# entries-in-buffer/entries-written: ";
constexpr std::string_view latency_mark = " latency trace v";

/// "490/1713   #P:2"
void parse_entries(std::string_view text, TraceHeader& header) {
  const auto slash = text.find('/');
  const auto blank = text.find(' ');
  if (slash == std::string_view::npos || blank == std::string_view::npos || blank < slash) return;
  header.entries = parse_number<std::uint64_t>(text.substr(0, slash));
  header.written = parse_number<std::uint64_t>(text.substr(slash + 1, blank - slash - 1));
}

}  // namespace

TraceHeader parse_trace_header(std::string_view text) {
  TraceHeader header;
  while (text.starts_with('#')) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return header;
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (line.starts_with(tracer_mark)) header.tracer = trim(line.substr(tracer_mark.size()));
    if (line.starts_with(entries_mark)) parse_entries(line.substr(entries_mark.size()), header);
    if (line.find(latency_mark) != std::string_view::npos) header.is_latency_format = true;
  }
  header.is_complete = !text.empty();
  return header;
}

}  // namespace ftracectl
