#include "cli/source_options.hpp"

#include "cli/values.hpp"

namespace ftracectl::cli {

namespace po = boost::program_options;

void add_source_options(CommandLine& line, const std::string& default_source,
                        const std::string& meaning_of_auto) {
  const std::string sources =
      "text (reads trace_pipe), raw (reads binary pages: a tenth of the work, nanoseconds, and no forged "
      "lines), or auto: " +
      meaning_of_auto;
  auto options = line.options();
  options("source", po::value<std::string>()->default_value(default_source)->value_name("SOURCE"),
          sources.c_str());
  options("latency", po::value<std::string>()->value_name("TIME"),
          "how long events may wait before they are read, such as 50ms; 0 reads at once and slows the traced "
          "programs");
}

TraceSource source_option(const CommandLine& line) { return parse_trace_source(line.text("source")); }

std::optional<std::chrono::milliseconds> latency_option(const CommandLine& line) {
  if (!line.has("latency")) return std::nullopt;
  return parse_latency("latency", line.text("latency"));
}

}  // namespace ftracectl::cli
