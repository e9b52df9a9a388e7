#include "cli/record_options.hpp"

#include <cmath>
#include <ftracectl/error.hpp>

#include "base/text.hpp"
#include "cli/debug_folders.hpp"
#include "cli/values.hpp"

namespace ftracectl::cli {

namespace po = boost::program_options;

namespace {

/// "7075.233047" without going through a double, which has 53 bits.
std::optional<std::uint64_t> ns_of_seconds(std::string_view text) {
  const auto point = text.find('.');
  const auto seconds = parse_number<std::uint32_t>(text.substr(0, point));
  if (!seconds) return std::nullopt;
  if (point == std::string_view::npos) return *seconds * std::uint64_t{1'000'000'000};
  std::string digits(text.substr(point + 1));
  if (digits.empty() || digits.size() > 9) return std::nullopt;
  digits.resize(9, '0');
  const auto rest = parse_number<std::uint32_t>(digits);
  if (!rest) return std::nullopt;
  return *seconds * std::uint64_t{1'000'000'000} + *rest;
}

}  // namespace

Moment parse_moment(const std::string& option, const std::string& text) {
  if (text.starts_with('@')) {
    if (const auto ns = ns_of_seconds(std::string_view(text).substr(1))) return {*ns, Moment::From::clock};
  } else if (const auto ns = ns_of_seconds(text)) {
    return {*ns, Moment::From::first_record};
  } else if (text.find_first_not_of("0123456789.") != std::string::npos) {
    return {static_cast<std::uint64_t>(parse_duration(option, text).count()) * 1'000'000,
            Moment::From::first_record};
  }
  throw Error(ErrorCode::usage,
              "--" + option + " " + text +
                  ": give seconds from the first record as 2.5, or a time of the trace as @7075.233");
}

void add_record_options(CommandLine& line) {
  auto options = line.options();
  options("formats", po::value<std::string>()->value_name("DIR"),
          "for text: a folder that holds SYSTEM/EVENT/format, or "
          "formats/SYSTEM/EVENT/format; without it, the formats of the running kernel. "
          "Links in it are not followed");
  options("buffer", po::value<std::string>()->value_name("NAME"),
          "with a trace.dat of several buffers: the one of this instance; without it, the top level's");
  options("pid", po::value<std::string>()->value_name("N[,N...]"), "only what these processes did");
  options("tree-of", po::value<std::string>()->value_name("N[,N...]"),
          "only what these processes and their descendants did");
  options("comm", po::value<std::string>()->value_name("NAME"),
          "only tasks of this name, for an exec the name before or after it; '*' and '?' are wildcards");
  options("since", po::value<std::string>()->value_name("TIME"),
          "only what happened later than so many seconds after the first record (2.5, 300ms), or from a "
          "timestamp of the trace on (@7075.233047)");
  options("until", po::value<std::string>()->value_name("TIME"), "only what happened until then");
  options("filename", po::value<std::string>()->value_name("GLOB"),
          "only execs of a file whose path, as the caller wrote it, matches: "
          "'/usr/bin/*'");
  options("name", po::value<std::string>()->value_name("GLOB"),
          "only execs of a file whose name matches, without its folder: 'gcc*'");
  options("failed", "only execs, or calls, that failed");
  options("all",
          "with a folder: also show the execs that the capture's own --filename, --name "
          "and --failed left out");
}

InputOptions record_options(const CommandLine& line, const Invocation& invocation) {
  auto inputs = line.all("input");
  inputs.insert(inputs.end(), invocation.command.begin(), invocation.command.end());
  if (inputs.size() != 1) line.fail("name one capture folder or file, or - for standard input");
  InputOptions options;
  options.find_object = find_object;
  options.input = inputs.front();
  options.formats = line.text("formats");
  options.buffer = line.text("buffer");
  options.tracefs = line.tracefs();
  options.filename = line.text("filename");
  options.name = line.text("name");
  options.only_failed = line.has("failed");
  options.all = line.has("all");
  if (options.all && (options.only_failed || !(options.filename + options.name).empty()))
    line.fail("--all cannot be combined with --filename, --name or --failed");
  Selection& selection = options.selection;
  if (line.has("pid")) selection.pids = parse_pids("pid", line.text("pid"));
  if (line.has("tree-of")) selection.trees = parse_pids("tree-of", line.text("tree-of"));
  selection.comm = line.text("comm");
  if (line.has("since")) selection.since = parse_moment("since", line.text("since"));
  if (line.has("until")) selection.until = parse_moment("until", line.text("until"));
  return options;
}

}  // namespace ftracectl::cli
