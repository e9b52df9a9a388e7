#include <ftracectl/error.hpp>

#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/format_options.hpp"
#include "cli/record_options.hpp"
#include "cli/terminal.hpp"
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
                    "(--formats). A file of records, as --format jsonl prints them, is taken too, and so is "
                    "trace-cmd's trace.dat.",
                    "ftracectl capture --save saved -- make -j8; ftracectl decode saved --time wall\n"
                    "  ftracectl decode trace.txt --formats /mnt/other/sys/kernel/tracing/events"});
  add_record_options(line);
  auto options = line.options();
  options("calls", "for text: pair the events of system calls, and print one record for each call");
  options("summary", "instead of calls and execs, a table of each system call's count, errors and durations");
  add_format_options(line);
  options("output,o", po::value<std::string>()->value_name("FILE"),
          "write the records to FILE instead of standard output; a new FILE has mode 0600");
  add_look_options(line);
  options("strict", "exit with 4 if any event was lost, or the capture was cut off");
  line.positional("input");
  return line;
}

}  // namespace

int cmd_decode(const Invocation& invocation) {
  CommandLine line = make_line();
  if (!line.parse(invocation)) return exit_status::ok;
  DecodeOptions options;
  options.input = record_options(line, invocation);
  options.input.calls = line.has("calls");
  options.totals = line.has("summary");
  options.strict = line.has("strict");
  options.output = line.text("output");
  const FormatChoice choice = format_options(line, options.output);
  options.format = choice.format;
  options.time = choice.time;
  options.look = find_look(line, options.output);
  return run_decode(options, invocation.err);
}

}  // namespace ftracectl::cli
