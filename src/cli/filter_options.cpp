#include "cli/filter_options.hpp"

#include <ftracectl/error.hpp>
#include <ostream>
#include <vector>

#include "cli/values.hpp"
#include "kernel/proc.hpp"
#include "model/filter_terms.hpp"
#include "session/plan_check.hpp"

namespace ftracectl::cli {

namespace po = boost::program_options;

namespace {

std::vector<std::int32_t> threads_of_all(const std::vector<std::int32_t>& pids) {
  std::vector<std::int32_t> tids;
  for (const auto pid : pids) {
    const auto threads = read_threads(pid);
    if (threads.empty()) throw Error(ErrorCode::failed, "there is no process " + std::to_string(pid));
    tids.insert(tids.end(), threads.begin(), threads.end());
  }
  return tids;
}

}  // namespace

void add_selection_options(CommandLine& line) {
  auto options = line.options();
  options("pid", po::value<std::string>()->value_name("N[,N...]"),
          "only these processes, all threads that they have now");
  options("tid", po::value<std::string>()->value_name("N[,N...]"), "only these threads");
  options("comm", po::value<std::string>()->value_name("NAME"),
          "only tasks of this name at the moment of the event; '*' and '?' are wildcards");
  options("cpu", po::value<std::string>()->value_name("LIST"), "only these cpus: 0-1,3");
}

void add_force_option(CommandLine& line) {
  line.options()("force", "write filters and triggers unchecked, also those that match nothing");
}

std::string selection_filter(const CommandLine& line) {
  std::vector<std::int32_t> tids;
  if (line.has("pid")) tids = threads_of_all(parse_pids("pid", line.text("pid")));
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

void check_before_writing(const CommandLine& line, std::ostream& err, Files& files, const Plan& own_words,
                          const Plan& plan) {
  if (line.has("force")) return;
  check_texts(files, own_words);
  for (const auto& note : check_plan(files, plan)) err << "ftracectl: note: " << note << "\n";
}

}  // namespace ftracectl::cli
