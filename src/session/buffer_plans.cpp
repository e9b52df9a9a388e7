#include "session/buffer_plans.hpp"

#include <algorithm>
#include <ftracectl/error.hpp>

#include "base/text.hpp"
#include "kernel/features.hpp"

namespace ftracectl {

namespace {

using Kind = Step::Kind;

/// KiB a cpu, once the buffer is in use; the kernel rounds it up to whole pages, which may be of 64 KiB.
constexpr std::uint64_t default_size_kb = 1408;
constexpr std::uint64_t size_tolerance_kb = 128;

/// Of the top-level buffer alone.
constexpr std::string_view top_level_options[] = {"record-cmd", "printk-msg-only", "trace_printk"};

bool is_option_on(std::string_view word) { return !word.starts_with("no"); }

std::string option_name(std::string_view word) {
  return std::string(is_option_on(word) ? word : word.substr(2));
}

std::vector<std::string> known_options(Files& files, const std::string& prefix, bool is_new) {
  auto names = files.list(prefix + "options");
  if (!is_new) return names;
  for (const auto name : top_level_options) std::erase(names, name);
  return names;
}

Step option_step(const std::string& prefix, const std::string& name, bool on) {
  return {Kind::set, prefix + "options/" + name, on ? "1" : "0"};
}

/// Histograms whose variables another one uses can only go after that one.
bool uses_another(const Trigger& trigger) {
  return trigger.is_hist() && (trigger.action.find('$') != std::string::npos ||
                               trigger.action.find("onmatch(") != std::string::npos);
}

void add_trigger_steps(Plan& plan, const std::string& prefix, const BufferState& state, bool of_users) {
  for (const auto& event : state.events) {
    for (const auto& trigger : event.triggers) {
      if (uses_another(trigger) != of_users) continue;
      plan.push_back({Kind::remove_trigger, event_folder(prefix, event.event) + "trigger", trigger.text()});
    }
  }
}

void add_event_steps(Plan& plan, const std::string& prefix, const BufferState& state) {
  for (const auto& event : state.events) {
    if (event.on) plan.push_back({Kind::set, event_folder(prefix, event.event) + "enable", "0"});
  }
  add_trigger_steps(plan, prefix, state, true);
  add_trigger_steps(plan, prefix, state, false);
  for (const auto& event : state.events) {
    if (event.filter.expression.empty() && event.filter.reason.empty()) continue;
    plan.push_back({Kind::set_filter, event_folder(prefix, event.event) + "filter", "0"});
  }
}

void add_option_steps(Plan& plan, const std::string& prefix, const BufferState& state) {
  for (const auto& option : state.options) {
    const std::string name = option_name(option);
    if (state.instance.empty() && name == "trace_printk_dest") continue;
    plan.push_back(option_step(prefix, name, !is_option_on(option)));
  }
}

/// "1410", "7 (expanded: 1408)" are the default, "X" stands for several sizes.
bool is_default_size(const std::string& text) {
  if (text == "X" || text.find("(expanded: ") != std::string::npos) return true;
  const auto kb = parse_number<std::uint64_t>(text);
  return kb && *kb >= default_size_kb && *kb <= default_size_kb + size_tolerance_kb;
}

bool is_default_clock(const BufferState& state) {
  return state.clock == "local" || (state.instance.empty() && state.clock == "global");
}

}  // namespace

void check_buffer_wishes(Files& files, const std::string& prefix, bool is_new, const BufferWishes& wishes) {
  const std::string there = is_new ? "" : prefix;
  if (!wishes.clock.empty()) {
    const auto clocks = read_clocks(files, there);
    if (std::find(clocks.begin(), clocks.end(), wishes.clock) == clocks.end()) {
      throw Error(ErrorCode::feature_missing,
                  "this kernel has no clock '" + wishes.clock + "'; known: " + join(clocks, ", "));
    }
  }
  if (wishes.options.empty()) return;
  const auto names = known_options(files, there, is_new);
  for (const auto& option : wishes.options) {
    if (std::find(names.begin(), names.end(), option_name(option)) != names.end()) continue;
    throw Error(ErrorCode::feature_missing,
                "this buffer has no option '" + option + "'; known: " + join(names, ", "));
  }
}

Plan plan_buffer(const std::string& prefix, const BufferWishes& wishes) {
  Plan plan;
  if (wishes.buffer_kb > 0) {
    plan.push_back({Kind::set, prefix + "buffer_size_kb", std::to_string(wishes.buffer_kb)});
  }
  for (const auto& option : wishes.options) {
    plan.push_back(option_step(prefix, option_name(option), is_option_on(option)));
  }
  if (!wishes.clock.empty()) plan.push_back({Kind::set, prefix + "trace_clock", wishes.clock});
  return plan;
}

Plan plan_reset(const BufferState& state) {
  const std::string prefix = buffer_prefix(state.instance);
  Plan plan;
  add_event_steps(plan, prefix, state);
  if (!state.traced_pids.empty()) plan.push_back({Kind::set, prefix + "set_event_pid", ""});
  if (!state.untraced_pids.empty()) plan.push_back({Kind::set, prefix + "set_event_notrace_pid", ""});
  // Some tracers switch options while they are in use, and back when they go: the options come behind.
  if (state.current_tracer != "nop") plan.push_back({Kind::set, prefix + "current_tracer", "nop"});
  add_option_steps(plan, prefix, state);
  if (!is_default_clock(state)) plan.push_back({Kind::set, prefix + "trace_clock", "local"});
  if (!state.cpumask.empty()) plan.push_back({Kind::set, prefix + "tracing_cpumask", state.full_cpumask});
  if (!is_default_size(state.buffer_size)) {
    plan.push_back({Kind::set, prefix + "buffer_size_kb", std::to_string(default_size_kb)});
  }
  if (!state.tracing_on) plan.push_back({Kind::set, prefix + "tracing_on", "1"});
  return plan;
}

}  // namespace ftracectl
