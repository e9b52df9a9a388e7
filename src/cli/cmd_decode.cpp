#include <ftracectl/error.hpp>

#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/values.hpp"
#include "saved/decode_run.hpp"

namespace ftracectl::cli {

namespace {

namespace po = boost::program_options;

CommandLine make_line() {
  CommandLine line({"decode DIR|FILE|- [OPTIONS]",
                    "Decodes a saved capture or trace text. It needs no root and works on any "
                    "machine.\n"
                    "A folder made by 'ftracectl capture --save DIR' gives the records that the "
                    "capture gave. A file, or standard input, holds the text of trace or "
                    "trace_pipe; it is decoded by the format files of the kernel that made it "
                    "(--formats).",
                    "ftracectl capture --save saved -- make -j8; ftracectl decode saved --format jsonl\n"
                    "  ftracectl decode trace.txt --formats /mnt/other/sys/kernel/tracing/events"});
  auto options = line.options();
  options("formats", po::value<std::string>()->value_name("DIR"),
          "for text: a folder that holds SYSTEM/EVENT/format, or "
          "formats/SYSTEM/EVENT/format; without it, the formats of the running kernel. "
          "Links in it are not followed");
  options("filename", po::value<std::string>()->value_name("GLOB"),
          "only execs of a file whose path, as the caller wrote it, matches: "
          "'/usr/bin/*'");
  options("name", po::value<std::string>()->value_name("GLOB"),
          "only execs of a file whose name matches, without its folder: 'gcc*'");
  options("failed", "only execs that failed");
  options("all",
          "with a folder: also show the execs that the capture's own --filename, --name "
          "and --failed left out");
  options("format", po::value<std::string>()->value_name("FORMAT"),
          "text or jsonl; without it, jsonl for FILE.jsonl, .ndjson or .json, else text");
  options("output,o", po::value<std::string>()->value_name("FILE"),
          "write the records to FILE instead of standard output; a new FILE has mode 0600");
  options("strict", "exit with 4 if any event was lost, or the capture was cut off");
  line.positional("input");
  return line;
}

}  // namespace

int cmd_decode(const Invocation& invocation) {
  CommandLine line = make_line();
  if (!line.parse(invocation)) return exit_status::ok;
  auto inputs = line.all("input");
  inputs.insert(inputs.end(), invocation.command.begin(), invocation.command.end());
  if (inputs.size() != 1) line.fail("name one capture folder or file, or - for standard input");
  DecodeOptions options;
  options.input = inputs.front();
  options.formats = line.text("formats");
  options.tracefs = line.tracefs();
  options.filename = line.text("filename");
  options.name = line.text("name");
  options.only_failed = line.has("failed");
  options.all = line.has("all");
  if (options.all && (options.only_failed || !(options.filename + options.name).empty()))
    line.fail("--all cannot be combined with --filename, --name or --failed");
  options.strict = line.has("strict");
  options.output = line.text("output");
  options.format = chosen_format(line.text("format"), options.output);
  return run_decode(options, invocation.err);
}

}  // namespace ftracectl::cli
