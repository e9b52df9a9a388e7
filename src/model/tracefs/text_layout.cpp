#include <ftracectl/text_layout.hpp>

#include "base/text.hpp"

namespace ftracectl {

TextLayout TextOptions::layout() const {
  if (coded) return TextLayout::coded;
  if (!context_info) return TextLayout::bare;
  if (!latency_format) return TextLayout::plain;
  return verbose ? TextLayout::verbose : TextLayout::latency;
}

TextOptions parse_text_options(std::string_view trace_options) {
  TextOptions options;
  for (const auto line : split_lines(trace_options)) {
    if (line == "latency-format") options.latency_format = true;
    if (line == "verbose") options.verbose = true;
    if (line == "fields") options.fields = true;
    if (line == "nocontext-info") options.context_info = false;
    if (line == "raw" || line == "hex" || line == "bin") options.coded = true;
  }
  return options;
}

}  // namespace ftracectl
