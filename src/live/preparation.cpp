#include "live/preparation.hpp"

#include <algorithm>
#include <map>
#include <ostream>

#include "kernel/events.hpp"
#include "kernel/proc.hpp"
#include "live/buffer_size.hpp"
#include "live/known_events.hpp"
#include "live/recorder_events.hpp"
#include "live/user_stacks.hpp"
#include "model/filter/filter_terms.hpp"
#include "model/tracefs/exec_probe.hpp"
#include "records/exec_recorder.hpp"
#include "records/exit_recorder.hpp"
#include "records/recorders.hpp"
#include "session/filter_probe.hpp"
#include "session/plan_check.hpp"

namespace ftracectl {

namespace {

std::string without_syscall_events(const std::string& what_follows) {
  return "this kernel has no syscall events (CONFIG_FTRACE_SYSCALLS is off)" + what_follows;
}

bool selects_by_file(const CaptureOptions& options) {
  return !options.filename.empty() || !options.name.empty();
}

/// Whether something tells the name of the file that an exec which fails was called with: a probe, or an
/// enter event that has the string (7.x).
bool knows_file_of_failed(const CaptureOptions& options, const EventTable& table) {
  if (options.arguments != ArgumentSource::none && options.arguments != ArgumentSource::proc) return true;
  const auto* enter = table.find_syscall_enter("sys_execve");
  if (enter == nullptr) return false;
  const auto& fields = enter->schema.fields;
  return std::any_of(fields.begin(), fields.end(),
                     [](const Field& field) { return field.name == "__filename_val"; });
}

/// Whether execs are captured, and not events that the user named.
bool makes_execs(const CaptureOptions& options, const Prepared& prepared) {
  return options.events.empty() && find_recorder(prepared.recorders, exec_kind) != nullptr;
}

/// What is selected is in force, or nothing is captured.
void require_selection(const CaptureOptions& options, const Prepared& prepared) {
  const CaptureWish& wish = prepared.wish;
  const auto fail = [](const std::string& why) { throw Error(ErrorCode::feature_missing, why); };
  const std::string exit_event(exec_exit_events.front());
  if (options.only_failed && makes_execs(options, prepared) &&
      std::find(wish.events.begin(), wish.events.end(), exit_event) == wish.events.end())
    fail("--failed: this kernel has no event " + exit_event + ", the only one that reports failed execs");
  if (options.only_failed && selects_by_file(options) && !knows_file_of_failed(options, prepared.table))
    fail(
        "--failed with --filename or --name: only a probe tells the file of a failed exec\n"
        "leave out --args " +
        std::string(options.arguments == ArgumentSource::none ? "none" : "proc"));
  const std::string missing = selection_without_step(wish, plan_capture(wish, ""));
  if (!missing.empty()) fail("this kernel has no event that can select by " + missing);
}

bool is_filtered_at_exec(const CaptureOptions& options, const Prepared& prepared) {
  const auto& takers = prepared.wish.takers;
  return makes_execs(options, prepared) && takers.size() == 1 && takers.front() == exec_event;
}

/// sched_process_exec takes the filter in place of the calls' enters, and lacks their arguments.
void check_texts_at_exec(Files& files, const Plan& plan, const FilterDialect& dialect) {
  try {
    check_texts(files, plan, dialect);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::rejected) throw;
    throw Error(ErrorCode::feature_missing,
                without_syscall_events(", so the filter goes to sched:sched_process_exec\n") + error.what());
  }
}

void note(std::ostream& err, const std::string& text) { err << "ftracectl: note: " << text << std::endl; }

bool names_comm(const std::string& filter) {
  return filter.find("comm ") != std::string::npos || filter.find("comm=") != std::string::npos ||
         filter.find("COMM") != std::string::npos;
}

/// What the user may not expect of the records that come.
void note_limits(const CaptureOptions& options, const Prepared& prepared, std::ostream& err) {
  const CaptureWish& wish = prepared.wish;
  if (is_filtered_at_exec(options, prepared)) {
    note(err, without_syscall_events(": only execs that succeed are captured"));
    if (names_comm(wish.filter))
      note(err,
           "the filter is on sched:sched_process_exec, where comm is already the name of the new "
           "program");
  }
  const bool selects_execs = !wish.filter.empty() || selects_by_file(options) || options.only_failed;
  if (find_recorder(prepared.recorders, exit_kind) != nullptr && selects_execs)
    note(err, "the selection applies to execs; --lifetime reports the exit of every process");
}

/// The filters that single events have of their own. What is named twice is wanted in either case.
std::map<std::string, std::string> own_filters(const CaptureOptions& options, Files& files) {
  std::map<std::string, std::string> filters;
  for (const auto& choice : options.chosen) {
    for (const auto& event : find_events(files, {choice.pattern})) {
      const auto [own, is_first] = filters.emplace(event, choice.filter);
      if (is_first || own->second == choice.filter) continue;
      const bool is_all = own->second.empty() || choice.filter.empty();
      own->second = is_all ? "" : "(" + own->second + ") || (" + choice.filter + ")";
    }
  }
  return filters;
}

/// As it was typed, so that a caret stands in the user's own text.
void check_own_filters(const CaptureOptions& options, Files& files, const FilterDialect& dialect) {
  for (const auto& choice : options.chosen) {
    if (choice.filter.empty()) continue;
    Plan plan;
    for (const auto& event : find_events(files, {choice.pattern}))
      plan.push_back({Step::Kind::set_filter, event_folder("", event) + "filter", choice.filter});
    check_texts(files, plan, dialect);
  }
}

/// First the filter in the user's own words, then all that is to be written.
void check_filters(const CaptureOptions& options, const Prepared& prepared, Files& files, Journal* journal,
                   std::ostream& err) {
  const CaptureWish& wish = prepared.wish;
  CaptureWish own = wish;
  own.filter = options.filter;
  own.tids.clear();
  own.own_filters.clear();
  const Plan plan = plan_capture(wish, "");
  FilterDialect dialect = read_filter_dialect(files, plan);
  if (journal != nullptr && needs_trying(plan)) try_filter_features(files, journal, dialect);
  if (is_filtered_at_exec(options, prepared)) {
    check_texts_at_exec(files, plan_capture(own, ""), dialect);
  } else {
    check_texts(files, plan_capture(own, ""), dialect);
  }
  check_own_filters(options, files, dialect);
  for (const auto& text : check_plan(files, plan, dialect)) note(err, text);
}

/// The recorders that were asked for, and the events that they need.
void choose_recorders(const CaptureOptions& options, Files& files, Prepared& prepared) {
  CaptureWish& wish = prepared.wish;
  std::vector<FoundEvent> all;
  prepared.are_rare = true;
  for (const auto& choice : options.recorders) {
    const RecorderKind& kind = *choice.kind;
    const RecorderWish asked{choice.words, !wish.filter.empty(), !options.tids.empty()};
    const auto events = find_recorder_events(files, kind, asked);
    prepared.recorders.push_back(
        {&kind, kind.settle != nullptr ? kind.settle(asked, events) : RecorderSettings()});
    prepared.are_rare = prepared.are_rare && kind.is_rare;
    add_events(all, events);
  }
  put_in_order(prepared.recorders);
  wish.events = names_of(all);
  wish.takers = takers_of_filter(all);
}

/// What the user named, and the records that it makes.
void choose_events(const CaptureOptions& options, Files& files, Prepared& prepared) {
  CaptureWish& wish = prepared.wish;
  wish.events = wish.takers = find_events(files, options.events);
  const auto execs = exec_recorder_of(wish.events, !wish.filter.empty());
  if (execs) prepared.recorders = {*execs};
}

}  // namespace

void prepare(const CaptureOptions& options, Files& files, Prepared& prepared) {
  CaptureWish& wish = prepared.wish;
  wish.filter = both_filters(options.selection, options.filter);
  if (options.events.empty()) {
    choose_recorders(options, files, prepared);
  } else {
    choose_events(options, files, prepared);
  }
  if (has_user_stacks(options)) add_memory_events(files, prepared);
  wish.own_filters = own_filters(options, files);
  wish.tids = read_all_threads(options.pids);
  wish.tids.insert(wish.tids.end(), options.tids.begin(), options.tids.end());
  wish.follow = options.follow || (!options.command.empty() && !options.all);
  wish.stacktrace = options.stacktrace;
  wish.userstack = has_user_stacks(options);
  wish.buffer_kb = options.buffer_kb;
  // To size a buffer takes the kernel 10 to 25 ms, for which a capture of execs does not wait: its reader keeps
  // up with the kernel's own size. Other events come in floods, and stacks are ten times the size of their events.
  const bool is_flood = options.stacktrace || has_user_stacks(options) || !prepared.are_rare;
  if (wish.buffer_kb == 0 && is_flood) wish.buffer_kb = default_buffer_kb(read_memory_for_tracing());
  add_known_events(prepared.table, files, wish.events);
  require_selection(options, prepared);
}

void check_selection(const CaptureOptions& options, const Prepared& prepared, Files& files, Journal* journal,
                     std::ostream& err) {
  if (!options.unchecked) check_filters(options, prepared, files, journal, err);
  note_limits(options, prepared, err);
}

std::vector<WantedFetches> wanted_fetches(const CaptureOptions& options, const Prepared& prepared,
                                          Files& files) {
  std::vector<WantedFetches> wanted;
  if (options.totals) return wanted;  // a table of durations has no arguments
  for (const auto& recorder : prepared.recorders) {
    if (!options.events.empty() || recorder.kind->fetches == nullptr) continue;
    std::vector<Fetch> fetches;
    for (const auto& event : prepared.wish.events) {
      const auto* known = prepared.table.find(event.substr(event.find(':') + 1));
      if (known == nullptr) continue;
      const auto of_event = recorder.kind->fetches(known->schema);
      fetches.insert(fetches.end(), of_event.begin(), of_event.end());
    }
    const auto kinds = probe_kinds(options.arguments, fetches, files);
    if (!kinds.empty()) wanted.push_back({recorder.kind, fetches, kinds});
  }
  return wanted;
}

bool wants_stack_probe(const CaptureOptions& options, const Prepared& prepared) {
  const bool is_asked =
      options.userstack == UserStacks::automatic || options.userstack == UserStacks::fetched;
  return is_asked && options.open_object && makes_execs(options, prepared);
}

std::string why_no_probes(const CaptureOptions& options, const RecorderKind& recorder, const Error& error,
                          const std::string& before) {
  if (options.arguments == ArgumentSource::eprobe) {
    throw Error(ErrorCode::feature_missing,
                "--args eprobe: this kernel refuses eprobes: " + std::string(error.what()),
                error.system_errno());
  }
  if (options.arguments != ArgumentSource::automatic) throw error;
  const std::string why = error.what();
  if (&recorder == &exec_kind) return "ftracectl: note: arguments come only from /proc: " + why;
  const std::string reason = error.system_errno() != 0
                                 ? "this kernel refuses the probe (" + errno_text(error.system_errno()) + ")"
                                 : why.substr(0, why.find('\n'));
  return before.empty() ? "ftracectl: note: addresses are shown in place of strings: " + reason
                        : before + "; " + reason;
}

std::string event_of_probe(const std::string& definition) {
  std::string name = probe_name(definition);
  return name.replace(name.find('/'), 1, ":");
}

}  // namespace ftracectl
