#include <algorithm>
#include <ftracectl/error.hpp>
#include <future>
#include <set>
#include <sstream>

#include "base/text.hpp"
#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/compare_input.hpp"
#include "cli/compare_report.hpp"
#include "cli/values.hpp"
#include "compare/import/importers.hpp"
#include "output/output_file.hpp"

namespace ftracectl::cli {

namespace {

namespace po = boost::program_options;
using compare::Reason;

std::string formats_text() {
  std::string text;
  for (const compare::Importer* importer : compare::importers()) {
    const std::string name(importer->name);
    text += "\n  " + name + std::string(15 - name.size(), ' ') + std::string(importer->summary);
  }
  return text;
}

CommandLine make_line() {
  CommandLine line(
      {"compare LEFT RIGHT [OPTIONS]",
       "Compares what two tools saw of the same execs: usually ftrace, and a tool "
       "that uses BPF. LEFT and RIGHT are files, capture folders, or '-' for "
       "standard input; their format is recognised by content.\n"
       "For 'strace -ff -o OUT', name OUT, or the folder of its files:\n" +
           formats_text() +
           "\n\n"
           "Attempts are matched by task, order, time and content; the clocks may differ. Each\n"
           "difference has a reason:\n"
           "  lost         the side that lacks it reported that it lost events\n"
           "  outside      the other side was not at work at that time\n"
           "  by-design    the other tool cannot show it, or shows it differently\n"
           "  filtered     the other side was told to leave it out\n"
           "  truncated    one side cut a text short\n"
           "  unreadable   a text was not in memory when one side looked\n"
           "  late-comm    one side read the name after the exec\n"
           "  unexplained  none of these\n"
           "Exits with 0 if nothing is unexplained, else with 3. Also exits with 3 if a side seems to have\n"
           "ended early or begun late without saying so, or if nothing matches; --tolerate outside\n"
           "accepts that.",
       "ftracectl compare execs.jsonl bpftrace.out --pid-tree 1234\n"
       "  ftracectl compare saved execsnoop.out --right-args '-x -n cc' --show 20\n"
       "  my-bpf-tool | ftracectl compare saved - --map event=ev,ts_ns=ts,tid=task --json"});
  auto options = line.options();
  options("left-format", po::value<std::string>()->value_name("NAME"),
          "the format of LEFT, if it is not recognised");
  options("right-format", po::value<std::string>()->value_name("NAME"),
          "the format of RIGHT, if it is not recognised");
  options("left-args", po::value<std::string>()->value_name("WORDS"),
          "the options that LEFT's tool was run with, if they make it leave something "
          "out: '-x -n cc'. For a counter, what it counts: attempts, successes or "
          "failures");
  options("right-args", po::value<std::string>()->value_name("WORDS"), "the same for RIGHT's tool");
  options("map", po::value<std::string>()->value_name("OURS=THEIRS,..."),
          "for another program's JSON Lines: its name for each key. Keys are event, "
          "ts_ns (or ts_us, ts_ms, ts_s), pid, tid, ppid, cpu, old_pid, filename, argv, "
          "comm, ret, lost");
  options("formats", po::value<std::string>()->value_name("DIR"),
          "for tracefs text, as in 'ftracectl decode'");
  options("pid-tree", po::value<std::string>()->value_name("N[,N...]"),
          "only these processes and their descendants");
  options("whole", po::value<std::string>()->value_name("SIDES"),
          "left, right or both: this side was at work all the time, even before its "
          "first record and after its last, so nothing it lacks counts as 'outside'");
  options("tolerate", po::value<std::string>()->value_name("REASON,..."),
          "exit with 0 if every difference has one of these reasons, else with 3; "
          "'none' accepts no difference, 'unexplained' accepts all. Without it, all "
          "reasons but 'unexplained' are accepted");
  options("show", po::value<std::size_t>()->value_name("N"),
          "show the first N differences in detail, unexplained ones first; without it, "
          "ten unexplained ones");
  options("json", "print one JSON object");
  options("records", po::value<std::string>()->value_name("FILE"),
          "write one line of JSON to FILE for each pair");
  line.positional("input");
  return line;
}

std::map<std::string, std::string> parse_map(const CommandLine& line) {
  static const std::set<std::string> known = {"event",   "ts_ns",    "ts_us", "ts_ms", "ts_s",
                                              "pid",     "tid",      "ppid",  "cpu",   "ret",
                                              "old_pid", "filename", "argv",  "comm",  "lost"};
  std::map<std::string, std::string> map;
  const std::string text = line.text("map");
  for (const auto pair : split(text, ',')) {
    const std::size_t equals = pair.find('=');
    const std::string ours(pair.substr(0, equals));
    if (equals == pair.npos || equals + 1 == pair.size())
      line.fail("--map: '" + std::string(pair) + "' does not have the form OURS=THEIRS");
    if (known.count(ours) == 0) {
      const std::vector<std::string> keys(known.begin(), known.end());
      line.fail("--map: unknown key '" + ours + "'; the keys are " + join(keys, ", "));
    }
    map[ours] = pair.substr(equals + 1);
  }
  return map;
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  for (const auto word : split(text, ' ')) {
    if (!word.empty()) words.emplace_back(word);
  }
  return words;
}

CompareInput input_of(const CommandLine& line, const std::string& path, const std::string& side) {
  CompareInput input;
  input.path = path;
  input.format = line.text(side + "-format");
  input.options.tool_arguments = words_of(line.text(side + "-args"));
  input.options.key_map = parse_map(line);
  input.formats = line.text("formats");
  input.tracefs = line.tracefs();
  if (!input.format.empty()) compare::find_importer(input.format);
  return input;
}

std::string reason_names() {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < compare::reason_count; ++i)
    names.emplace_back(compare::reason_name(static_cast<Reason>(i)));
  return join(names, ", ");
}

/// The reasons that do not matter.
std::set<Reason> tolerated(const CommandLine& line) {
  std::set<Reason> all;
  for (std::size_t i = 0; i < compare::reason_count; ++i) all.insert(static_cast<Reason>(i));
  if (!line.has("tolerate")) {
    all.erase(Reason::unexplained);
    return all;
  }
  std::set<Reason> reasons;
  const std::string text = line.text("tolerate");
  for (const auto word : split(text, ',')) {
    if (word == "none") continue;
    const auto reason = compare::find_reason(word);
    if (!reason)
      line.fail("--tolerate: unknown reason '" + std::string(word) + "'; the reasons are " + reason_names());
    reasons.insert(*reason);
  }
  return reasons.count(Reason::unexplained) > 0 ? all : reasons;
}

void write_records(const std::string& path, const CompareReport& report) {
  constexpr std::size_t piece = 1 << 20;
  OutputFile file(path);
  std::string text;
  for (const auto& pair : report.result.pairs) {
    append_pair_json(text, report, pair);
    text += '\n';
    if (text.size() < piece) continue;
    file.write(text);
    text.clear();
  }
  file.write(text);
  file.close();
}

compare::CompareOptions options_of(const CommandLine& line) {
  compare::CompareOptions options;
  if (line.has("pid-tree")) options.pid_trees = parse_pids("--pid-tree", line.text("pid-tree"));
  const std::string whole = line.text("whole");
  if (!whole.empty() && whole != "left" && whole != "right" && whole != "both")
    line.fail("--whole takes left, right or both, not '" + whole + "'");
  options.left_is_whole = whole == "left" || whole == "both";
  options.right_is_whole = whole == "right" || whole == "both";
  return options;
}

/// Both at the same time. What is wrong with the left one is said first.
void read_both(const CompareInput& left_input, compare::Side& left, const CompareInput& right_input,
               compare::Side& right, std::ostream& err) {
  std::ostringstream left_err;
  std::ostringstream right_err;
  auto left_done = std::async(std::launch::async, [&] { read_side(left_input, left, left_err); });
  auto right_done = std::async(std::launch::async, [&] { read_side(right_input, right, right_err); });
  left_done.wait();
  right_done.wait();
  err << left_err.str() << right_err.str();
  left_done.get();
  right_done.get();
}

}  // namespace

int cmd_compare(const Invocation& invocation) {
  CommandLine line = make_line();
  if (!line.parse(invocation)) return exit_status::ok;
  auto inputs = line.all("input");
  inputs.insert(inputs.end(), invocation.command.begin(), invocation.command.end());
  if (inputs.size() < 2) line.fail("compare needs two files or capture folders; '-' is standard input");
  if (std::count(inputs.begin(), inputs.end(), "-") > 1) line.fail("only one side can be standard input");
  const auto options = options_of(line);
  const auto reasons = tolerated(line);

  compare::Side left;
  compare::Side right;
  const CompareInput left_input = input_of(line, inputs[0], "left");
  CompareInput right_input = input_of(line, inputs[1], "right");
  right_input.more_paths.assign(inputs.begin() + 2, inputs.end());
  read_both(left_input, left, right_input, right, invocation.err);
  const compare::Comparison result = compare::compare_sides(left, right, options);
  const std::size_t show = line.has("show") ? line.values()["show"].as<std::size_t>() : 10;
  const CompareReport report{left, right, result, options.pid_trees, show, line.has("show")};
  if (line.has("records")) write_records(line.text("records"), report);
  if (line.has("json")) {
    invocation.out << comparison_json(report) << "\n";
  } else {
    print_comparison(invocation.out, report);
  }
  if (result.is_suspicious() && !line.has("tolerate")) return exit_status::differences;
  for (std::size_t i = 0; i < compare::reason_count; ++i) {
    const auto reason = static_cast<Reason>(i);
    if (result.differences(reason) > 0 && reasons.count(reason) == 0) return exit_status::differences;
  }
  return exit_status::ok;
}

}  // namespace ftracectl::cli
