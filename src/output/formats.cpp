#include "output/formats.hpp"

#include <array>
#include <ftracectl/error.hpp>

namespace ftracectl {

namespace {

constexpr std::array table = {
    OutputFormat{"text", "a table to look at", make_text_sink},
    OutputFormat{"jsonl", "JSON Lines: one object a line, for programs", make_jsonl_sink},
    OutputFormat{"ecs", "JSON Lines with the names of Elastic Common Schema", make_ecs_sink},
    OutputFormat{"trace", "the kernel's own text, as trace_pipe prints it, entry by entry", make_trace_sink},
};

}  // namespace

std::span<const OutputFormat> output_formats() { return table; }

const OutputFormat& find_output_format(std::string_view name) {
  std::string names;
  for (const auto& format : table) {
    if (format.name == name) return format;
    names += names.empty() ? "" : ", ";
    names += format.name;
  }
  throw Error(ErrorCode::usage, "unknown output format '" + std::string(name) + "'; known: " + names);
}

}  // namespace ftracectl
