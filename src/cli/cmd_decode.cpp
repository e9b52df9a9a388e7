#include <ftracectl/error.hpp>

#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/values.hpp"
#include "saved/decode_run.hpp"

namespace ftracectl::cli {

namespace {

namespace po = boost::program_options;

CommandLine make_line() {
  CommandLine line(
      {"decode DIR|FILE|- [OPTIONS]",
       "Decodes what was saved, without root and on any machine. Of a folder that\n"
       "'ftracectl capture --save DIR' made, the records that the capture gave. Of a file, or of\n"
       "standard input, with the text of trace or trace_pipe: records of what the text tells, by\n"
       "the formats of the kernel that made it.",
       "ftracectl capture --save saved -- make -j8; ftracectl decode saved --format jsonl\n"
       "  ftracectl decode trace.txt --formats /mnt/other/sys/kernel/tracing/events"});
  auto options = line.options();
  options("formats", po::value<std::string>()->value_name("DIR"),
          "for text: a folder with SYSTEM/EVENT/format, or with formats/ and these in it; without it,\n"
          "those of the running kernel; links in it are not followed");
  options("filename", po::value<std::string>()->value_name("GLOB"),
          "only execs of such a file: '/usr/bin/*'; the whole of its name as the call had it");
  options("name", po::value<std::string>()->value_name("GLOB"),
          "the same for the part behind the last '/': 'gcc*'");
  options("failed", "only execs that failed");
  options("all", "of a folder: also execs that the capture's own --filename, --name and --failed left out");
  options("format", po::value<std::string>()->value_name("FORMAT"),
          "text or jsonl; jsonl for a FILE.jsonl, else text");
  options("output,o", po::value<std::string>()->value_name("FILE"),
          "write records there, not to standard output; a new FILE has mode 0600");
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
  if (inputs.size() != 1) line.fail("one capture folder or file is needed, or '-' for standard input");
  DecodeOptions options;
  options.input = inputs.front();
  options.formats = line.text("formats");
  options.tracefs = line.tracefs_override();
  options.filename = line.text("filename");
  options.name = line.text("name");
  options.only_failed = line.has("failed");
  options.all = line.has("all");
  if (options.all && (options.only_failed || !(options.filename + options.name).empty()))
    line.fail("--all and a selection exclude each other");
  options.strict = line.has("strict");
  options.output = line.text("output");
  options.format = chosen_format(line.text("format"), options.output);
  return run_decode(options, invocation.err);
}

}  // namespace ftracectl::cli
