#include <cstdlib>
#include <ftracectl/error.hpp>

#include "capture/capture.hpp"
#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/leftovers.hpp"
#include "cli/values.hpp"
#include "kernel/tracefs.hpp"

namespace ftracectl::cli {

namespace {

namespace po = boost::program_options;

CommandLine make_line() {
  CommandLine line(
      {"capture [EVENT...] [OPTIONS] [-- COMMAND...]",
       "Captures in a private instance and leaves nothing behind. Without EVENT, one record for each\n"
       "attempt to exec a program. With COMMAND, of it and all its descendants, until it ends; its exit\n"
       "status becomes ours. Without COMMAND, of the whole system, until Ctrl-C or --duration.\n\n"
       "--filter selects execs where they are attempted, by the fields of sys_enter_execve and the\n"
       "kernel's own (common_pid, comm, cpu); with EVENT, it is the filter of each.",
       "ftracectl capture -- make -j8\n"
       "  ftracectl capture --pid 100 --follow --stacktrace --duration 10s --format jsonl -o execs.jsonl\n"
       "  ftracectl capture sched:sched_switch --filter 'prev_pid == 100' --duration 1s"});
  auto options = line.options();
  options("filter", po::value<std::string>()->value_name("EXPR"), "what the kernel is to select");
  options("pid", po::value<std::string>()->value_name("N[,N...]"), "only these processes, all their threads");
  options("follow", "with --pid: and what they start");
  options("all", "with COMMAND: the whole system while it runs");
  options("stacktrace", "the kernel stack of each record");
  options("duration", po::value<std::string>()->value_name("TIME"), "end after 10s, 500ms, 2m");
  options("format", po::value<std::string>()->value_name("FORMAT")->default_value("text"), "text or jsonl");
  options("output,o", po::value<std::string>()->value_name("FILE"),
          "write records there, not to standard output");
  options("buffer-size", po::value<std::string>()->value_name("SIZE"),
          "of the kernel's buffer, each cpu: 8M");
  options("strict", "exit with 4 if any event was lost");
  options("dry-run", "print what would be written, and write nothing");
  line.positional("event");
  return line;
}

CaptureOptions read_options(const CommandLine& line, const Invocation& invocation) {
  CaptureOptions options;
  options.events = line.all("event");
  options.filter = line.text("filter");
  if (line.has("pid")) options.pids = parse_pids("pid", line.text("pid"));
  options.follow = line.has("follow");
  options.all = line.has("all");
  options.stacktrace = line.has("stacktrace");
  options.strict = line.has("strict");
  options.dry_run = line.has("dry-run");
  if (line.has("duration")) options.duration = parse_duration("duration", line.text("duration"));
  if (line.has("buffer-size")) options.buffer_kb = parse_size_kb("buffer-size", line.text("buffer-size"));
  options.format = line.text("format");
  options.output = line.text("output");
  options.command = invocation.command;
  if (const char* path = std::getenv("PATH")) options.search_path = path;
  return options;
}

void check(const CommandLine& line, const Invocation& invocation, const CaptureOptions& options) {
  if (invocation.has_separator && options.command.empty()) line.fail("there is no command behind '--'");
  if (!options.command.empty() && !options.pids.empty()) {
    line.fail("--pid and a command exclude each other: a command's own processes are captured");
  }
  if (options.follow && options.pids.empty())
    line.fail("--follow goes with --pid; a command is always followed");
  if (options.all && options.command.empty())
    line.fail("--all goes with a command; without one, all is captured");
}

}  // namespace

int cmd_capture(const Invocation& invocation) {
  CommandLine line = make_line();
  if (!line.parse(invocation)) return exit_status::ok;
  CaptureOptions options = read_options(line, invocation);
  check(line, invocation, options);
  options.journal_folder = journal_folder();
  Tracefs tracefs(locate_tracefs(line.tracefs_override()).path);
  recover_leftovers(line, invocation);
  return run_capture(tracefs, options, invocation.out, invocation.err);
}

}  // namespace ftracectl::cli
