#include "cli/filter_options.hpp"

#include <ftracectl/error.hpp>
#include <ostream>
#include <vector>

#include "cli/leftovers.hpp"
#include "cli/values.hpp"
#include "kernel/pid_namespace.hpp"
#include "kernel/proc.hpp"
#include "model/filter/filter_terms.hpp"
#include "session/filter_probe.hpp"
#include "session/journal.hpp"
#include "session/plan_check.hpp"
#include "session/watchdog.hpp"

namespace ftracectl::cli {

namespace po = boost::program_options;

namespace {

/// A --dry-run makes no instance to try things in: what no file tells is then left to the kernel.
FilterDialect dialect_for(const CommandLine& line, Tracefs& files, const Plan& plan) {
  FilterDialect dialect = read_filter_dialect(files, plan);
  if (line.has("dry-run") || !needs_trying(plan)) return dialect;
  Journal journal(journal_folder(), files.root());
  Watchdog watchdog(journal);
  watchdog.wait_until_ready();
  try_filter_features(files, &journal, dialect);
  return dialect;
}

}  // namespace

void add_selection_options(CommandLine& line) {
  auto options = line.options();
  options("pid", po::value<std::string>()->value_name("N[,N...]"),
          "only these processes: all threads they have now");
  options("tid", po::value<std::string>()->value_name("N[,N...]"), "only these threads");
  options("comm", po::value<std::string>()->value_name("NAME"),
          "only tasks that have this name when the event happens; '*' and '?' are wildcards");
  options("cpu", po::value<std::string>()->value_name("LIST"), "only these cpus: 0-1,3");
}

void add_force_option(CommandLine& line) {
  line.options()("force", "write filters and triggers without checking them, even those that match nothing");
}

std::string selection_filter(const CommandLine& line) {
  for (const char* option : {"pid", "tid"}) {
    if (line.has(option))
      require_initial_pid_namespace(std::string("--") + option, parse_pids(option, line.text(option)));
  }
  std::vector<std::int32_t> tids;
  if (line.has("pid")) tids = read_all_threads(parse_pids("pid", line.text("pid")));
  if (line.has("tid")) {
    const auto more = parse_pids("tid", line.text("tid"));
    tids.insert(tids.end(), more.begin(), more.end());
  }
  std::string filter = tid_filter(tids);
  if (line.has("comm")) filter = both_filters(filter, comm_filter(line.text("comm")));
  if (line.has("cpu")) filter = both_filters(filter, cpu_filter(line.text("cpu")));
  return filter;
}

std::string whole_filter(const CommandLine& line) {
  return both_filters(selection_filter(line), line.text("filter"));
}

void check_before_writing(const CommandLine& line, std::ostream& err, Tracefs& files, const Plan& own_words,
                          const Plan& plan) {
  if (line.has("force")) return;
  const FilterDialect dialect = dialect_for(line, files, plan);
  check_texts(files, own_words, dialect);
  for (const auto& note : check_plan(files, plan, dialect)) err << "ftracectl: note: " << note << "\n";
}

}  // namespace ftracectl::cli
