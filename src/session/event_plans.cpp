#include "session/event_plans.hpp"

#include "base/text.hpp"
#include "session/carry_out.hpp"

namespace ftracectl {

namespace {

std::string with_condition(const std::string& text, const std::string& filter) {
  Trigger trigger = parse_trigger(text);
  if (trigger.condition.empty() && trim(filter) != "0") trigger.condition = trim(filter);
  return trigger.text();
}

}  // namespace

Plan plan_enable(const std::string& prefix, const std::vector<std::string>& events,
                 const EventWishes& wishes) {
  Plan filters;
  Plan triggers;
  Plan enables;
  for (const auto& event : events) {
    const std::string folder = event_folder(prefix, event);
    if (!wishes.filter.empty()) filters.push_back({Step::Kind::set_filter, folder + "filter", wishes.filter});
    for (const auto& trigger : wishes.triggers) {
      triggers.push_back(
          {Step::Kind::add_trigger, folder + "trigger", with_condition(trigger, wishes.filter)});
    }
    enables.push_back({Step::Kind::set, folder + "enable", "1"});
  }
  Plan plan = filters;
  plan.insert(plan.end(), triggers.begin(), triggers.end());
  plan.insert(plan.end(), enables.begin(), enables.end());
  return plan;
}

Plan plan_in_own_words(const std::string& prefix, const std::vector<std::string>& events,
                       const EventWishes& wishes) {
  Plan plan;
  for (const auto& event : events) {
    const std::string folder = event_folder(prefix, event);
    if (!wishes.filter.empty()) plan.push_back({Step::Kind::set_filter, folder + "filter", wishes.filter});
    for (const auto& trigger : wishes.triggers) {
      plan.push_back({Step::Kind::add_trigger, folder + "trigger", trigger});
    }
  }
  return plan;
}

Plan plan_disable(const std::string& prefix, const std::vector<EventState>& events, bool keep) {
  Plan plan;
  for (const auto& state : events) {
    plan.push_back({Step::Kind::set, event_folder(prefix, state.event) + "enable", "0"});
  }
  if (keep) return plan;
  for (const auto& state : events) {
    for (const auto& trigger : state.triggers) {
      plan.push_back(
          {Step::Kind::remove_trigger, event_folder(prefix, state.event) + "trigger", trigger.text()});
    }
  }
  for (const auto& state : events) {
    plan.push_back({Step::Kind::set_filter, event_folder(prefix, state.event) + "filter", "0"});
  }
  return plan;
}

Plan steps_needed(Files& files, const Plan& plan) {
  Plan needed;
  for (const auto& step : plan) {
    if (!holds_already(step, read_target(files, step))) needed.push_back(step);
  }
  return needed;
}

}  // namespace ftracectl
