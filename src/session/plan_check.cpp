#include "session/plan_check.hpp"

#include <algorithm>
#include <ftracectl/error.hpp>
#include <map>
#include <memory>
#include <optional>
#include <unordered_set>

#include "base/text.hpp"
#include "kernel/events.hpp"
#include "kernel/functions.hpp"
#include "kernel/host_pid.hpp"
#include "kernel/pid_namespace.hpp"
#include "model/filter/filter_check.hpp"
#include "model/tracefs/control_text.hpp"
#include "model/tracefs/trigger_check.hpp"
#include "session/filter_probe.hpp"

namespace ftracectl {

namespace {

using Kind = Step::Kind;

/// "instances/x/events/sched/sched_switch/filter" gives "sched:sched_switch".
std::string event_of(const std::string& path) {
  const auto parts = split(path, '/');
  return std::string(parts[parts.size() - 3]) + ":" + std::string(parts[parts.size() - 2]);
}

/// The filter expression that a step writes, a trigger's condition included.
std::string filter_in(const Step& step) {
  if (step.kind == Kind::set_filter) return step.value;
  return step.kind == Kind::add_trigger ? parse_trigger(step.value).condition : "";
}

/// A buffer has a folder for each cpu that there can be, and the kernel's cpu lists end there.
std::optional<unsigned> count_possible_cpus(Files& files) {
  if (!files.exists("per_cpu")) return std::nullopt;
  unsigned count = 0;
  for (const auto& name : files.list("per_cpu")) {
    if (!name.starts_with("cpu")) continue;
    if (const auto number = parse_number<unsigned>(name.substr(3))) count = std::max(count, *number + 1);
  }
  return count > 0 ? std::optional(count) : std::nullopt;
}

ErrorCode error_code_of(Verdict::Kind kind) {
  if (kind == Verdict::Kind::feature_missing) return ErrorCode::feature_missing;
  return kind == Verdict::Kind::other_pids ? ErrorCode::pid_namespace : ErrorCode::rejected;
}

/// Goes through a plan, reading each event's format once.
class PlanChecker {
 public:
  PlanChecker(Files& files, const Plan& plan, const FilterDialect& dialect, bool with_kinds)
      : files_(files), plan_(plan), with_kinds_(with_kinds), dialect_(dialect) {}

  std::vector<std::string> check() {
    for (const auto& step : plan_) {
      if (step.kind == Kind::set_filter) check_filter_step(step);
      if (step.kind == Kind::add_trigger || step.kind == Kind::remove_trigger) check_trigger_step(step);
    }
    return std::move(notes_);
  }

 private:
  void check_filter_step(const Step& step) {
    judge(step, ftracectl::check_filter(step.value, schema_of(step), dialect_), "filter", step.value);
  }
  void check_trigger_step(const Step& step);
  void judge(const Step& step, const Verdict& verdict, std::string_view what, const std::string& text);
  void check_kind_is_free(const Step& step);
  const EventSchema& schema_of(const Step& step);
  const std::vector<std::string>& available_triggers();
  const std::vector<std::string>& events_named_in(const std::string& trigger);

  Files& files_;
  const Plan& plan_;
  bool with_kinds_;
  const FilterDialect& dialect_;
  std::map<std::string, EventSchema> schemas_;
  std::optional<std::vector<std::string>> triggers_;
  std::vector<std::string> events_;
  std::map<std::string, std::vector<Trigger>> there_;  ///< by path: the triggers that will be there
  std::vector<std::string> notes_;
};

const EventSchema& PlanChecker::schema_of(const Step& step) {
  const std::string event = event_of(step.path);
  const auto known = schemas_.find(event);
  return known != schemas_.end() ? known->second
                                 : schemas_.emplace(event, read_schema(files_, event)).first->second;
}

const std::vector<std::string>& PlanChecker::available_triggers() {
  if (!triggers_) triggers_ = read_available_triggers(files_);
  return *triggers_;
}

const std::vector<std::string>& PlanChecker::events_named_in(const std::string& trigger) {
  const bool names_one = trigger.find("able_event") != std::string::npos ||
                         trigger.find("able_hist") != std::string::npos ||
                         trigger.find("onmatch(") != std::string::npos;
  if (names_one && events_.empty()) events_ = read_available_events(files_);
  return events_;
}

void PlanChecker::judge(const Step& step, const Verdict& verdict, std::string_view what,
                        const std::string& text) {
  const std::string event = event_of(step.path);
  if (!verdict.is_good()) {
    const bool can_be_forced = verdict.kind == Verdict::Kind::meaningless;
    throw Error(error_code_of(verdict.kind), event + ": " + verdict_message(verdict, what, text) +
                                                 (can_be_forced ? "\nto write it anyway: --force" : ""));
  }
  for (const auto& note : verdict.notes) {
    if (std::find(notes_.begin(), notes_.end(), note) == notes_.end()) notes_.push_back(note);
  }
}

void PlanChecker::check_trigger_step(const Step& step) {
  const std::string text = written_value(step);
  const TriggerContext context{schema_of(step), dialect_, available_triggers(), events_named_in(text)};
  judge(step, check_trigger(text, context), "trigger", text);
  if (with_kinds_) check_kind_is_free(step);
}

/// An event takes one trigger of a kind: a second would get EEXIST. Of hist triggers it takes several.
void PlanChecker::check_kind_is_free(const Step& step) {
  // An instance that is still to be made has no file, and no trigger.
  if (there_.count(step.path) == 0 && files_.exists(step.path)) {
    there_[step.path] = parse_triggers(files_.read(step.path));
  }
  auto& there = there_[step.path];
  const Trigger wanted = parse_trigger(step.value);
  const auto found = std::find_if(there.begin(), there.end(),
                                  [&](const Trigger& trigger) { return trigger.kind() == wanted.kind(); });
  if (step.kind == Kind::remove_trigger) {
    if (found != there.end()) there.erase(found);
  } else if (found == there.end()) {
    there.push_back(wanted);
  } else if (!(*found == wanted) && !wanted.is_hist()) {
    throw Error(ErrorCode::rejected, step.path + ": the event already has a trigger of this kind, '" +
                                         found->text() + "', and takes only one\nremove it first: ftracectl" +
                                         " trigger " + event_of(step.path) + " --remove " + found->action);
  }
}

}  // namespace

FilterDialect read_filter_dialect(Files& files, bool with_functions) {
  FilterDialect dialect;
  dialect.cpu_count = count_possible_cpus(files);
  dialect.in_other_pid_namespace = !in_initial_pid_namespace();
  dialect.host_pid = [](std::int64_t pid) {
    const auto host = find_host_pid(pid);
    return host ? std::to_string(host->pid) + " on the host, as " + host->shown_by + " shows" : std::string();
  };
  if (!with_functions) return dialect;
  const auto functions = std::make_shared<std::unordered_set<std::string>>(read_kernel_functions());
  if (functions->empty()) return dialect;
  dialect.is_function = [functions](std::string_view name) {
    return functions->count(std::string(name)) > 0;
  };
  return dialect;
}

FilterDialect read_filter_dialect(Files& files, const Plan& plan) {
  const bool names_functions = std::any_of(plan.begin(), plan.end(), [](const Step& step) {
    return filter_in(step).find(".function") != std::string::npos;
  });
  return read_filter_dialect(files, names_functions);
}

bool needs_trying(const Plan& plan) {
  return std::any_of(plan.begin(), plan.end(), [](const Step& step) {
    const bool is_new = step.kind == Kind::add_trigger && names_newer_hist_features(step.value);
    return is_new || names_newer_features(filter_in(step));
  });
}

std::vector<std::string> read_available_triggers(Files& files) {
  // A trigger file lists them while the event has none. These events seldom have one.
  for (const std::string event : {"ftrace/print", "sched/sched_process_wait", "task/task_rename"}) {
    const std::string path = "events/" + event + "/trigger";
    if (!files.exists(path)) continue;
    std::vector<std::string> names;
    const std::string list = parse_available_triggers(files.read(path));
    for (const auto name : split(list, ' ')) names.emplace_back(name);
    if (!names.empty()) return names;
  }
  return {};
}

std::vector<std::string> check_plan(Files& files, const Plan& plan, const FilterDialect& dialect) {
  return PlanChecker(files, plan, dialect, true).check();
}

std::vector<std::string> check_texts(Files& files, const Plan& plan, const FilterDialect& dialect) {
  return PlanChecker(files, plan, dialect, false).check();
}

}  // namespace ftracectl
