#include <algorithm>
#include <cstdlib>
#include <ftracectl/error.hpp>

#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/debug_folders.hpp"
#include "cli/event_options.hpp"
#include "cli/filter_options.hpp"
#include "cli/fleet_options.hpp"
#include "cli/format_options.hpp"
#include "cli/leftovers.hpp"
#include "cli/output_options.hpp"
#include "cli/service_options.hpp"
#include "cli/source_options.hpp"
#include "cli/terminal.hpp"
#include "cli/values.hpp"
#include "kernel/events.hpp"
#include "kernel/libdw/libdw_object.hpp"
#include "kernel/tracefs.hpp"
#include "live/capture.hpp"
#include "live/command.hpp"
#include "live/enricher.hpp"
#include "live/user_stacks.hpp"
#include "model/filter/filter_terms.hpp"
#include "model/tracefs/plan.hpp"
#include "records/call_recorder.hpp"
#include "records/exec_recorder.hpp"
#include "records/exit_recorder.hpp"
#include "records/recorders.hpp"

namespace ftracectl::cli {

namespace {

namespace po = boost::program_options;

/// "openat,unlink*"
std::vector<std::string> parse_list(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(','));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (!word.empty()) words.emplace_back(word);
  }
  return words;
}

/// The kinds that need no words: "exec, exit".
std::string plain_kinds() {
  std::string names;
  for (const RecorderKind* kind : recorder_kinds()) {
    if (kind->makes_records && !kind->takes_words)
      names += (names.empty() ? "" : ", ") + std::string(kind->name);
  }
  return names;
}

CommandLine make_line() {
  CommandLine line(
      {"capture [EVENT...] [OPTIONS] [-- COMMAND...]",
       "Captures in an instance of its own and leaves nothing behind. Without EVENT,\n"
       "it prints one record for each attempt to exec a program. With COMMAND, it runs\n"
       "that and captures it and its descendants until it ends, and exits with its\n"
       "status. Without COMMAND, it captures the whole system until Ctrl-C or --duration.\n\n"
       "--filter selects execs where they are attempted, by the fields of\n"
       "sys_enter_execve and by common_pid, comm and cpu; with EVENT, it applies to each\n"
       "event. --comm and --cpu become part of it. --filename and --name select finished\n"
       "records by the program's file. They never miss one, whereas a filter on\n"
       "filename.ustring misses names on pages that are not in memory.",
       "ftracectl capture -- make -j8\n"
       "  ftracectl capture --pid 100 --follow --stacktrace --duration 10s --format jsonl -o execs.jsonl\n"
       "  ftracectl capture --calls 'openat,unlink*,connect' -- make\n"
       "  ftracectl capture sched:sched_switch --filter 'prev_pid == 100' --duration 1s\n"
       "  ftracectl capture --time wall --duration 1m"});
  auto options = line.options();
  options("filter", po::value<std::string>()->value_name("EXPR"),
          "capture only what matches, such as 'common_pid == 100'");
  add_event_options(line);
  add_selection_options(line);
  options("follow", "with --pid or --tid: also capture what they start");
  options("filename", po::value<std::string>()->value_name("GLOB"),
          "only execs of a file whose path, as the caller wrote it, matches: '/usr/bin/*'");
  options("name", po::value<std::string>()->value_name("GLOB"),
          "only execs of a file whose name matches, without its folder: 'gcc*'");
  options("failed", "only execs, or calls, that failed");
  options("calls", po::value<std::string>()->value_name("CALLS"),
          "instead of execs, record these system calls with arguments, result and duration, as strace prints "
          "them: 'openat,unlink*,connect'; --filter applies where they enter");
  options(
      "summary",
      "no records, but a table of each system call's count, errors and durations; without --calls, of the "
      "execs'");
  const std::string of_record =
      "make records of these kinds, with commas between them, instead of execs: " + plain_kinds();
  options("record", po::value<std::string>()->value_name("KINDS"), of_record.c_str());
  add_fleet_options(line);
  options("lifetime", "also record the end of each process: its exit code or signal, and its lifetime");
  add_force_option(line);
  options("all", "with COMMAND: capture the whole system while it runs");
  options("user", po::value<std::string>()->value_name("NAME"),
          "with COMMAND: run it as that user, as sudo -u does; '#1000' is a number");
  options("stacktrace", "add the kernel stack to each record");
  options("userstack", "add the calling program's own stack: function+offset (object)");
  options("unwind", po::value<std::string>()->value_name("HOW")->default_value("auto"),
          "of --userstack: probe, by what a probe at the C library's execve() fetches of the caller's stack, "
          "which is forgotten at once; kernel, by the kernel's own walk along frame pointers; auto, the "
          "deepest that "
          "can be had");
  options(
      "args", po::value<std::string>()->default_value("auto")->value_name("SOURCE"),
      "where arguments and strings come from: eprobe (a probe on the system call), kprobe (with --calls: a "
      "probe on the kernel's function), uprobe (a probe on the C library's "
      "execve), proc (/proc/PID/cmdline, if the program lives long enough), none, or auto (the best of "
      "these)");
  options("with", po::value<std::string>()->value_name("KEYS"),
          "add what /proc says about the process: cwd, cgroup, container "
          "(comma-separated)");
  options("duration", po::value<std::string>()->value_name("TIME"), "stop after TIME: 10s, 500ms, 2m");
  add_format_options(line);
  add_output_options(line);
  options("save", po::value<std::string>()->value_name("DIR"),
          "also save the capture in DIR, a new folder or an empty one of yours, which gets mode 0700;\n"
          "for 'ftracectl decode DIR'");
  add_source_options(line, "auto", "raw where possible, else text");
  options("buffer-size", po::value<std::string>()->value_name("SIZE"),
          "size of the kernel's buffer for each cpu: 32M. Default for execs: the "
          "kernel's own, 1.4M. Default for other events and with stacks: 8M, or less, "
          "so that all cpus together use at most 256M and a 64th of the memory");
  add_look_options(line);
  options("strict", "exit with 4 if any event or record was lost");
  options("dry-run", "print what would be written, and write nothing");
  add_service_options(line);
  line.positional("events");
  line.takes_command();
  return line;
}

std::vector<RecorderChoice> named_recorders(const CommandLine& line) {
  std::vector<RecorderChoice> recorders;
  for (const auto& name : parse_list(line.text("record"))) {
    const RecorderKind* kind = find_recorder_kind(name);
    if (kind == nullptr || !kind->makes_records || kind->takes_words)
      line.fail("--record takes " + plain_kinds() + ", not '" + name + "'");
    const bool is_new = std::none_of(recorders.begin(), recorders.end(),
                                     [&](const RecorderChoice& other) { return other.kind == kind; });
    if (is_new) recorders.push_back({kind});
  }
  if (recorders.empty()) line.fail("--record needs kinds of records: " + plain_kinds());
  return recorders;
}

std::vector<RecorderChoice> recorders_of(const CommandLine& line) {
  if (line.has("calls")) return {{&call_kind, parse_list(line.text("calls"))}};
  std::vector<RecorderChoice> recorders = {{&exec_kind}};
  if (line.has("record")) recorders = named_recorders(line);
  const bool has_ends = std::any_of(recorders.begin(), recorders.end(),
                                    [](const RecorderChoice& choice) { return choice.kind == &exit_kind; });
  if (line.has("lifetime") && !has_ends) recorders.push_back({&exit_kind});
  return recorders;
}

CaptureOptions read_options(const CommandLine& line, const Invocation& invocation) {
  CaptureOptions options;
  options.events = line.all("events");
  options.chosen = chosen_events(line);
  for (const auto& choice : options.chosen) options.events.push_back(choice.pattern);
  options.recorders = recorders_of(line);
  options.totals = line.has("summary");
  options.filter = line.text("filter");
  if (line.has("pid")) options.pids = parse_pids("pid", line.text("pid"));
  if (line.has("tid")) options.tids = parse_pids("tid", line.text("tid"));
  if (line.has("comm")) options.selection = comm_filter(line.text("comm"));
  if (line.has("cpu")) options.selection = both_filters(options.selection, cpu_filter(line.text("cpu")));
  for (const auto& name : line.all("exclude-comm"))
    options.selection = both_filters(options.selection, not_comm_filter(name));
  options.execs = fleet_selection(line);
  options.unchecked = line.has("force");
  options.filename = line.text("filename");
  options.name = line.text("name");
  options.only_failed = line.has("failed");
  if (line.has("with")) options.place = parse_place_keys(line.text("with"));
  options.place.cgroup = options.place.cgroup || !options.execs.cgroups.empty();
  options.place.container = options.place.container || !options.execs.containers.empty();
  options.follow = line.has("follow");
  options.all = line.has("all");
  options.stacktrace = line.has("stacktrace");
  if (line.has("userstack")) options.userstack = parse_unwinding(line.text("unwind"));
  options.open_object = object_opener(debug_folders());
  options.arguments = parse_argument_source(line.text("args"));
  options.strict = line.has("strict");
  options.dry_run = line.has("dry-run");
  if (line.has("duration")) options.duration = parse_duration("duration", line.text("duration"));
  if (line.has("buffer-size")) options.buffer_kb = parse_size_kb("buffer-size", line.text("buffer-size"));
  options.source = source_option(line);
  options.latency = latency_option(line);
  options.output = output_rules(line);
  options.long_run = long_run_options(line);
  const FormatChoice choice = format_options(line, options.output.path);
  options.format = choice.format;
  options.time = choice.time;
  options.look = find_look(line, options.output.path);
  options.save = line.text("save");
  options.program_version = FTRACECTL_VERSION;
  options.words = invocation.arguments;
  options.command = invocation.command;
  options.user = line.text("user");
  if (const char* path = std::getenv("PATH")) options.search_path = path;
  return options;
}

void check_calls(const CommandLine& line, const CaptureOptions& options) {
  if (line.has("record") && (line.has("calls") || !options.events.empty()))
    line.fail("--record cannot be combined with --calls or EVENT");
  if (options.totals && !options.events.empty())
    line.fail("--summary applies to execs and to --calls, not to EVENT");
  if (options.totals && line.has("lifetime")) line.fail("--summary cannot be combined with --lifetime");
  if (!line.has("calls")) {
    if (options.arguments == ArgumentSource::kprobe) line.fail("--args kprobe goes with --calls");
    return;
  }
  if (options.arguments == ArgumentSource::uprobe || options.arguments == ArgumentSource::proc)
    line.fail("--args uprobe and --args proc apply to exec records, not to --calls");
  if (options.recorders.front().words.empty()) line.fail("--calls needs the names of system calls");
  if (!options.events.empty()) line.fail("--calls cannot be combined with EVENT");
  if (line.has("lifetime") || options.place.any() || !(options.filename + options.name).empty())
    line.fail("--lifetime, --with, --filename and --name apply to exec records, not to --calls");
}

void check(const CommandLine& line, const Invocation& invocation, const CaptureOptions& options) {
  if (invocation.has_separator && options.command.empty()) line.fail("no command follows '--'");
  const bool has_tasks = !options.pids.empty() || !options.tids.empty();
  if (!options.command.empty() && has_tasks) {
    line.fail("--pid and --tid cannot be combined with a command, whose processes are captured anyway");
  }
  if (options.follow && !has_tasks) line.fail("--follow needs --pid or --tid; a command is always followed");
  if (!options.events.empty() && !(options.filename + options.name).empty())
    line.fail("--filename and --name select exec records; with EVENT, use --filter");
  if (!options.events.empty() && (options.only_failed || line.has("lifetime")))
    line.fail("--failed and --lifetime apply to exec records, not to EVENT");
  if (!options.events.empty() && options.execs.any())
    line.fail("--uid, --container, --cgroup and --exclude-filename apply to exec records, not to EVENT");
  if (!options.events.empty() && options.place.any())
    line.fail("--with applies to exec records, not to EVENT");
  check_calls(line, options);
  if (line.has("save") && options.save.empty()) line.fail("--save needs the name of a folder");
  if (line.has("user") && options.command.empty()) line.fail("--user goes with a command");
  if (line.has("user") && options.user.empty()) line.fail("--user needs the name of a user");
  if (line.has("service") && !options.command.empty())
    line.fail("--service captures until it is stopped; it takes no command");
  if (options.all && options.command.empty())
    line.fail("--all needs a command; without one, the whole system is captured");
}

/// Whoever forgets the "--" is told: the words from the first on that is a program and could be no event.
std::string hint_for_command(const std::vector<std::string>& arguments) {
  const auto word = std::find_if(arguments.begin(), arguments.end(),
                                 [](const std::string& argument) { return !argument.starts_with('-'); });
  if (word == arguments.end() || word->find_first_of(":*?[") != std::string::npos) return {};
  const char* path = std::getenv("PATH");
  if (find_program(*word, path != nullptr ? path : "/usr/bin:/bin").error != 0) return {};
  std::string command;
  for (auto next = word; next != arguments.end(); ++next) command += " " + shell_word(*next);
  return "\nto run a command: ftracectl capture --" + command;
}

/// Events are looked up before anything else is done with them.
void check_events(Tracefs& tracefs, const CaptureOptions& options, const Invocation& invocation) {
  try {
    if (!options.events.empty()) find_events(tracefs, options.events);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::unknown_event) throw;
    throw Error(error.code(), error.what() + hint_for_command(invocation.arguments));
  }
}

bool parse_line(CommandLine& line, const Invocation& invocation) {
  try {
    return line.parse(invocation);
  } catch (const Error& error) {
    if (invocation.has_separator) throw;
    throw Error(error.code(), error.what() + hint_for_command(invocation.arguments));
  }
}

}  // namespace

int cmd_capture(const Invocation& invocation) {
  CommandLine line = make_line();
  if (!parse_line(line, invocation)) return exit_status::ok;
  CaptureOptions options = read_options(line, invocation);
  check(line, invocation, options);
  options.journal_folder = journal_folder();
  Tracefs tracefs(locate_tracefs(line.tracefs()).path);
  check_events(tracefs, options, invocation);
  recover_leftovers(line, invocation);
  const ServiceMessages messages(line, invocation.err);
  return run_capture(tracefs, options, invocation.out, messages.stream());
}

}  // namespace ftracectl::cli
