#include "live/preparation.hpp"

#include <ostream>

#include "kernel/events.hpp"
#include "kernel/proc.hpp"
#include "live/exec_preset.hpp"
#include "live/known_events.hpp"
#include "model/filter/filter_terms.hpp"
#include "model/tracefs/exec_probe.hpp"
#include "session/filter_probe.hpp"
#include "session/plan_check.hpp"

namespace ftracectl {

namespace {

/// Events other than execs come in floods, and stacks are ten times the size of their events.
constexpr std::uint64_t large_buffer_kb = 8192;

}  // namespace

void prepare(const CaptureOptions& options, Files& files, Prepared& prepared) {
  CaptureWish& wish = prepared.wish;
  wish.is_preset = options.events.empty();
  wish.events = wish.is_preset ? exec_preset(files, options.lifetime) : find_events(files, options.events);
  wish.filter = both_filters(options.selection, options.filter);
  wish.tids = read_all_threads(options.pids);
  wish.tids.insert(wish.tids.end(), options.tids.begin(), options.tids.end());
  wish.follow = options.follow || (!options.command.empty() && !options.all);
  wish.stacktrace = options.stacktrace;
  wish.userstack = options.userstack;
  wish.buffer_kb = options.buffer_kb;
  if (wish.buffer_kb == 0 && (options.stacktrace || options.userstack || !wish.is_preset))
    wish.buffer_kb = large_buffer_kb;
  add_known_events(prepared.table, files, wish.events);
  prepared.exec = exec_sources(wish.events);
  prepared.exec.enter_selects = !wish.filter.empty();
  prepared.exec.tasks_are_silent = wish.is_preset;
  // A filter leaves out execs, and one of a 32-bit process cannot be told from those. A thread may go on
  // under its leader's number, which is not looked at.
  prepared.exec.follows_uids =
      wish.is_preset && wish.filter.empty() && options.tids.empty() && tell_users(wish.events);
}

void check_filters(const CaptureOptions& options, const CaptureWish& wish, Files& files, Journal* journal,
                   std::ostream& err) {
  if (options.unchecked) return;
  CaptureWish own = wish;
  own.filter = options.filter;
  own.tids.clear();
  const Plan plan = plan_capture(wish, "");
  FilterDialect dialect = read_filter_dialect(files, plan);
  if (journal != nullptr && needs_trying(plan)) try_filter_features(files, journal, dialect);
  check_texts(files, plan_capture(own, ""), dialect);
  for (const auto& note : check_plan(files, plan, dialect)) {
    err << "ftracectl: note: " << note << std::endl;
  }
}

std::vector<ArgumentSource> wanted_probes(const CaptureOptions& options, const CaptureWish& wish,
                                          Files& files) {
  return wish.is_preset ? probe_kinds(options.arguments, files) : std::vector<ArgumentSource>();
}

std::string why_no_probes(const CaptureOptions& options, const Error& error) {
  if (options.arguments == ArgumentSource::eprobe) {
    throw Error(ErrorCode::feature_missing,
                "this kernel does not take eprobes, with which --args eprobe fetches arguments: " +
                    std::string(error.what()),
                error.system_errno());
  }
  if (options.arguments == ArgumentSource::uprobe) throw error;
  return "ftracectl: note: arguments come from /proc alone: " + std::string(error.what());
}

std::string event_of_probe(const std::string& definition) {
  std::string name = probe_name(definition);
  return name.replace(name.find('/'), 1, ":");
}

}  // namespace ftracectl
