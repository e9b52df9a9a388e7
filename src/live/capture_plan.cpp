#include "live/capture_plan.hpp"

#include <algorithm>

#include "model/filter/filter_terms.hpp"

namespace ftracectl {

namespace {

/// A filter is limited to a page (3,038 bytes were accepted, 8,288 refused), and its cost grows with its
/// length.
constexpr std::size_t max_tids_in_filter = 64;

std::string joined_numbers(const std::vector<std::int32_t>& numbers) {
  std::string joined;
  for (const auto number : numbers) joined += (joined.empty() ? "" : " ") + std::to_string(number);
  return joined;
}

bool is_by_set_event_pid(const CaptureWish& wish) {
  return wish.follow || wish.tids.size() > max_tids_in_filter;
}

std::string filter_of_tids(const CaptureWish& wish) {
  return is_by_set_event_pid(wish) ? "" : tid_filter(wish.tids);
}

Step enable(const std::string& prefix, const std::string& event) {
  return {Step::Kind::set, event_folder(prefix, event) + "enable", "1"};
}

bool writes(const Plan& plan, Step::Kind kind, const std::string& text) {
  return std::any_of(plan.begin(), plan.end(), [&](const Step& step) {
    return step.kind == kind && step.value.find(text) != std::string::npos;
  });
}

}  // namespace

std::string selection_without_step(const CaptureWish& wish, const Plan& plan) {
  if (!wish.filter.empty() && !writes(plan, Step::Kind::set_filter, wish.filter))
    return "--filter, --comm or --cpu";
  if (wish.tids.empty()) return {};
  const bool has_tids = is_by_set_event_pid(wish)
                            ? writes(plan, Step::Kind::add_pids, joined_numbers(wish.tids))
                            : writes(plan, Step::Kind::set_filter, filter_of_tids(wish));
  return has_tids ? "" : "--pid or --tid";
}

Step recording_off(const std::string& prefix) { return {Step::Kind::set, prefix + "tracing_on", "0"}; }
Step recording_on(const std::string& prefix) { return {Step::Kind::set, prefix + "tracing_on", "1"}; }

Plan plan_probes(const CaptureWish& wish, const std::string& prefix) {
  Plan plan;
  const std::string filter = filter_of_tids(wish);
  for (const auto& probe : wish.probes) {
    if (!filter.empty())
      plan.push_back({Step::Kind::set_filter, event_folder(prefix, probe) + "filter", filter});
  }
  if (wish.probes.empty()) return plan;
  const std::string& first = wish.probes.front();
  plan.push_back({Step::Kind::set, prefix + "events/" + first.substr(0, first.find(':')) + "/enable", "1"});
  return plan;
}

Plan plan_capture(const CaptureWish& wish, const std::string& prefix) {
  using Kind = Step::Kind;
  Plan plan;
  // The size first: the kernel waits for it, and for the probes, side by side.
  if (wish.buffer_kb > 0) {
    plan.push_back({Kind::set, prefix + "buffer_size_kb", std::to_string(wish.buffer_kb)});
  }
  plan.push_back({Kind::set, prefix + "trace_clock", capture_clock});
  // By default binary pipes wake their readers when they are half full.
  if (wish.wake_for_each) plan.push_back({Kind::set, prefix + "buffer_percent", "0"});
  // In an instance the option gives a stack to each event recorded, filters and pids respected. A stacktrace
  // trigger would fire for other tasks' syscalls as well on 5.10, and takes 75 ms to set.
  if (wish.stacktrace) plan.push_back({Kind::set, prefix + "options/stacktrace", "1"});
  if (wish.userstack) plan.push_back({Kind::set, prefix + "options/userstacktrace", "1"});
  if (wish.follow) plan.push_back({Kind::set, prefix + "options/event-fork", "1"});
  if (is_by_set_event_pid(wish)) {
    plan.push_back({Kind::add_pids, prefix + "set_event_pid", joined_numbers(wish.tids)});
  } else if (wish.tids.empty() && !wish.not_tids.empty()) {
    plan.push_back({Kind::add_pids, prefix + "set_event_notrace_pid", joined_numbers(wish.not_tids)});
  }
  const std::string of_tids = filter_of_tids(wish);
  for (const auto& event : wish.events) {
    const bool takes_filter = std::find(wish.takers.begin(), wish.takers.end(), event) != wish.takers.end();
    const auto own = wish.own_filters.find(event);
    const std::string of_user =
        both_filters(takes_filter ? wish.filter : "", own == wish.own_filters.end() ? "" : own->second);
    const std::string filter = both_filters(of_tids, of_user);
    if (!filter.empty()) plan.push_back({Kind::set_filter, event_folder(prefix, event) + "filter", filter});
  }
  for (const auto& event : wish.events) plan.push_back(enable(prefix, event));
  return plan;
}

}  // namespace ftracectl
