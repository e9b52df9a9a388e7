#include "cli/format_options.hpp"

#include "cli/values.hpp"

namespace ftracectl::cli {

namespace po = boost::program_options;

void add_format_options(CommandLine& line) {
  auto options = line.options();
  options("format", po::value<std::string>()->value_name("FORMAT"),
          "text, jsonl, or ecs (Elastic Common Schema); without it, jsonl for FILE.jsonl, .ndjson or .json, "
          "else text");
  options("time", po::value<std::string>()->value_name("STYLE"),
          "how times are shown: mono (seconds of the buffer's clock, the default), wall (date and time in "
          "UTC), delta "
          "(since the record before) or none; with jsonl, wall adds \"time\" to each record");
}

FormatChoice format_options(const CommandLine& line, const std::string& output) {
  FormatChoice choice;
  choice.format = chosen_format(line.text("format"), output);
  choice.time = parse_time_style(line.text("time"), choice.format);
  return choice;
}

}  // namespace ftracectl::cli
