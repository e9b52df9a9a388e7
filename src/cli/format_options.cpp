#include "cli/format_options.hpp"

#include <ftracectl/error.hpp>
#include <string>

#include "cli/values.hpp"

namespace ftracectl::cli {

namespace po = boost::program_options;

void add_format_options(CommandLine& line) {
  auto options = line.options();
  options(
      "format", po::value<std::string>()->value_name("FORMAT"),
      "text, jsonl, ecs (Elastic Common Schema), or trace (the kernel's own text, entry by entry); without "
      "it, jsonl for FILE.jsonl, .ndjson or .json, else text");
  options("time", po::value<std::string>()->value_name("STYLE"),
          "how times are shown: mono (seconds of the buffer's clock, the default), wall (date and time in "
          "UTC), delta "
          "(since the record before) or none; with jsonl, wall adds \"time\" to each record");
}

namespace {

/// The kernel's entries are printed, and no records made of them.
void refuse_what_is_of_records(const CommandLine& line) {
  for (const char* option :
       {"time", "failed", "filename", "name", "calls", "summary", "lifetime", "attempts"}) {
    if (line.has(option))
      throw Error(ErrorCode::usage, "--" + std::string(option) +
                                        " is about records, and --format trace prints the kernel's entries; "
                                        "leave out one of the two");
  }
}

}  // namespace

FormatChoice format_options(const CommandLine& line, const std::string& output) {
  FormatChoice choice;
  choice.format = chosen_format(line.text("format"), output);
  choice.time = parse_time_style(line.text("time"), choice.format);
  if (choice.format == "trace") refuse_what_is_of_records(line);
  return choice;
}

}  // namespace ftracectl::cli
