#include "capture/capture_plan.hpp"

#include "capture/exec_preset.hpp"
#include "model/filter_terms.hpp"

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

}  // namespace

Plan plan_capture(const CaptureWish& wish, const std::string& prefix) {
  using Kind = Step::Kind;
  Plan plan;
  // The clock first: setting it empties the buffer.
  plan.push_back({Kind::set, prefix + "trace_clock", capture_clock});
  if (wish.buffer_kb > 0) {
    plan.push_back({Kind::set, prefix + "buffer_size_kb", std::to_string(wish.buffer_kb)});
  }
  // By default binary pipes wake their readers when they are half full.
  if (wish.wake_for_each) plan.push_back({Kind::set, prefix + "buffer_percent", "0"});
  // In an instance the option gives a stack to each event recorded, filters and pids respected. A stacktrace
  // trigger would fire for other tasks' syscalls as well on 5.10, and takes 75 ms to set.
  if (wish.stacktrace) plan.push_back({Kind::set, prefix + "options/stacktrace", "1"});
  if (wish.userstack) plan.push_back({Kind::set, prefix + "options/userstacktrace", "1"});
  if (wish.follow) plan.push_back({Kind::set, prefix + "options/event-fork", "1"});
  const bool by_set_event_pid = wish.follow || wish.tids.size() > max_tids_in_filter;
  if (by_set_event_pid) {
    plan.push_back({Kind::add_pids, prefix + "set_event_pid", joined_numbers(wish.tids)});
  } else if (wish.tids.empty() && !wish.not_tids.empty()) {
    plan.push_back({Kind::add_pids, prefix + "set_event_notrace_pid", joined_numbers(wish.not_tids)});
  }
  const std::string of_tids = by_set_event_pid ? "" : tid_filter(wish.tids);
  for (const auto& event : wish.events) {
    const bool takes_filter = !wish.is_preset || is_exec_enter(event);
    const std::string filter = both_filters(of_tids, takes_filter ? wish.filter : "");
    if (!filter.empty()) plan.push_back({Kind::set_filter, event_folder(prefix, event) + "filter", filter});
  }
  for (const auto& event : wish.events) {
    plan.push_back({Kind::set, event_folder(prefix, event) + "enable", "1"});
  }
  return plan;
}

}  // namespace ftracectl
