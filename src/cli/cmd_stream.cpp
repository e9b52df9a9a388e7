#include <ftracectl/error.hpp>

#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/format_options.hpp"
#include "cli/source_options.hpp"
#include "cli/target.hpp"
#include "cli/terminal.hpp"
#include "cli/values.hpp"
#include "live/stream.hpp"

namespace ftracectl::cli {

namespace {

namespace po = boost::program_options;

CommandLine make_line() {
  CommandLine line({"stream [--instance NAME] [OPTIONS]",
                    "Reads a buffer and decodes it as events arrive: exec records from the exec "
                    "events that are on, event records from all others. Reading takes the events "
                    "out of the buffer. Runs until Ctrl-C or --duration; with tracing_on 0, until "
                    "the buffer is empty.",
                    "ftracectl enable syscalls:sys_enter_execve --filter 'common_pid==100'\n"
                    "  ftracectl stream --format jsonl --time wall --duration 10s"});
  add_instance_option(line);
  auto options = line.options();
  options("drain", "read what the buffer holds now, then exit");
  options("duration", po::value<std::string>()->value_name("TIME"), "stop after TIME: 10s, 500ms, 2m");
  add_source_options(line, "text", "raw where possible, else text");
  add_format_options(line);
  options("output,o", po::value<std::string>()->value_name("FILE"),
          "write the records to FILE instead of standard output; a new FILE has mode 0600");
  add_look_options(line);
  options("strict", "exit with 4 if any event was lost");
  return line;
}

}  // namespace

int cmd_stream(const Invocation& invocation) {
  CommandLine line = make_line();
  if (!line.parse(invocation)) return exit_status::ok;
  StreamOptions options;
  options.drain = line.has("drain");
  options.strict = line.has("strict");
  if (line.has("duration")) options.duration = parse_duration("duration", line.text("duration"));
  options.source = source_option(line);
  options.latency = latency_option(line);
  options.output = line.text("output");
  const FormatChoice choice = format_options(line, options.output);
  options.format = choice.format;
  options.time = choice.time;
  options.look = find_look(line, options.output);
  options.program_version = FTRACECTL_VERSION;
  options.words = invocation.arguments;
  Target target = open_target(line);
  return run_stream(target.files, target.prefix, options, invocation.err);
}

}  // namespace ftracectl::cli
