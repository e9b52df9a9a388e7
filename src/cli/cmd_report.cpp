#include <algorithm>
#include <ftracectl/error.hpp>
#include <ostream>

#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/progress.hpp"
#include "cli/record_options.hpp"
#include "cli/terminal.hpp"
#include "output/output_file.hpp"
#include "report/arrange.hpp"
#include "report/collector.hpp"
#include "report/exports.hpp"
#include "report/json_report.hpp"
#include "report/text_report.hpp"
#include "report/text_tree.hpp"

namespace ftracectl::cli {

namespace {

namespace po = boost::program_options;

CommandLine make_line() {
  CommandLine line({"report DIR|FILE|- [OPTIONS]",
                    "Shows what a capture comes to: how many programs were executed, which failed and "
                    "why, who started them, when, and how long they lived. What is missing from the "
                    "capture is said first.\n"
                    "It takes a folder made by 'ftracectl capture --save DIR', records as "
                    "--format jsonl prints them, or the text of trace or trace_pipe. It needs no "
                    "root and works on any machine. With --html and its like, it writes files for a "
                    "browser and for other tools instead.",
                    "ftracectl capture --lifetime -o execs.jsonl -- make -j8; ftracectl report execs.jsonl\n"
                    "  ftracectl report saved --tree\n"
                    "  ftracectl report saved --html report.html"});
  auto options = line.options();
  options("tree", "show who started whom, with times, exit codes and arguments");
  options("json", "print the report as JSON");
  options("rows", po::value<std::size_t>()->value_name("N"), "rows in each table (10)");
  for (const auto& format : report::exports())
    options(std::string(format.option).c_str(), po::value<std::string>()->value_name("FILE"),
            std::string(format.summary).c_str());
  add_record_options(line);
  options("strict", "exit with 4 if any event was lost, or the capture was cut off");
  line.positional("input");
  return line;
}

/// Reads everything into memory: what a report shows at its top may stand at the end of the input.
report::Run read_run(const InputOptions& options, InputEnd& end, std::ostream& err) {
  report::Collector collector;
  Progress progress("reading " + (options.input == "-" ? "standard input" : options.input));
  InputTaker taker;
  taker.sink = [&](const std::string&) -> Sink& { return collector; };
  taker.progress = [&](std::uint64_t read, std::uint64_t all) { progress.at(read, all); };
  // A tree can only be followed when all of it is there: who started a process may be told later than what it did.
  InputOptions all_trees = options;
  all_trees.selection.trees.clear();
  end = read_input(all_trees, taker, err);
  report::Run run = collector.finish();
  if (!options.selection.trees.empty()) report::keep_descendants(run, options.selection.trees);
  return run;
}

std::string title_of(const InputOptions& options, const InputEnd& end) {
  std::string title = options.input == "-" ? "standard input" : options.input;
  if (!end.manifest) return title;
  const auto& manifest = *end.manifest;
  if (!manifest.started.empty()) title += ", captured " + manifest.started;
  if (!manifest.kernel.empty()) title += " on " + manifest.kernel;
  return title;
}

/// Whether one was asked for.
bool write_exports(const CommandLine& line, const report::Run& run, const std::string& title,
                   std::ostream& err) {
  bool any = false;
  for (const auto& format : report::exports()) {
    const std::string path = line.text(std::string(format.option));
    if (path.empty()) continue;
    any = true;
    OutputFile file(path);
    for (const auto& note : format.write(run, title, [&](std::string_view text) { file.write(text); }))
      err << "ftracectl: note: " << note << std::endl;
    file.close();
  }
  return any;
}

}  // namespace

int cmd_report(const Invocation& invocation) {
  CommandLine line = make_line();
  if (!line.parse(invocation)) return exit_status::ok;
  const InputOptions options = record_options(line, invocation);
  if (line.has("tree") && line.has("json")) line.fail("--tree and --json cannot be combined");
  InputEnd end;
  const report::Run run = read_run(options, end, invocation.err);
  const std::string title = title_of(options, end);
  report::FigureLimits limits;
  if (line.has("rows")) limits.rows = line.values()["rows"].as<std::size_t>();
  const report::Screen screen = find_screen();
  limits.bins = std::max<std::size_t>(screen.width, 60) - 4;
  const bool has_exported = write_exports(line, run, title, invocation.err);
  if (line.has("tree")) {
    report::write_tree(run, screen, [&](std::string_view text) { invocation.out << text; });
  } else if (line.has("json")) {
    report::write_json(run, report::figures_of(run, limits), title,
                       [&](std::string_view text) { invocation.out << text; });
  } else if (!has_exported) {
    invocation.out << report::text_report(run, report::figures_of(run, limits), title, screen);
  }
  const bool is_cut = end.manifest && !end.manifest->finished;
  if (is_cut) invocation.err << "ftracectl: the capture was cut off: later events are missing" << std::endl;
  return line.has("strict") && (is_cut || run.lost() > 0) ? exit_status::data_lost : exit_status::ok;
}

}  // namespace ftracectl::cli
