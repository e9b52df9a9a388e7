#include "model/tracefs/hist_removal.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace ftracectl {

namespace {

/// "lat.log2.descending" gives "lat.descending", "common_pid.execname" gives "common_pid".
std::string plain_sort_key(std::string_view key) {
  const auto dot = key.find('.');
  const bool descends = key.ends_with(".descending");
  return std::string(key.substr(0, dot)) + (descends ? ".descending" : "");
}

std::string plain_sort(std::string_view list) {
  std::string plain;
  for (const auto key : split(list, ',')) plain += (plain.empty() ? "" : ",") + plain_sort_key(key);
  return plain;
}

/// The action with the parameters that `change` makes of its own; those that become empty are left out.
template <typename Change>
std::string with_parameters(const std::string& action, Change change) {
  std::string text;
  for (const auto parameter : split(action, ':')) {
    const std::string changed = change(parameter);
    if (!changed.empty()) text += (text.empty() ? "" : ":") + changed;
  }
  return text;
}

std::string with_plain_sort(const std::string& action) {
  return with_parameters(action, [](std::string_view parameter) {
    constexpr std::string_view name = "sort=";
    if (!parameter.starts_with(name)) return std::string(parameter);
    return std::string(name) + plain_sort(parameter.substr(name.size()));
  });
}

std::string without(const std::string& action, std::initializer_list<std::string_view> names) {
  return with_parameters(action, [&](std::string_view parameter) {
    const bool goes = std::any_of(names.begin(), names.end(),
                                  [&](std::string_view name) { return parameter.starts_with(name); });
    return goes ? std::string() : std::string(parameter);
  });
}

}  // namespace

std::vector<std::string> hist_removals(const Trigger& listed) {
  const std::string plain = with_plain_sort(listed.action);
  std::vector<std::string> texts;
  for (const auto& action :
       {listed.action, plain, without(plain, {"sort="}), without(plain, {"size=", "clock="}),
        without(plain, {"sort=", "size=", "clock=", "vals=hitcount"})}) {
    Trigger trigger = listed;
    trigger.paused = false;
    trigger.action = action;
    const std::string text = "!" + trigger.text();
    if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(text);
  }
  return texts;
}

std::vector<Trigger> hist_triggers_meant(const std::vector<Trigger>& listed, const std::string& wanted) {
  const Trigger trigger = parse_trigger(wanted);
  std::vector<Trigger> same;
  std::vector<Trigger> of_kind;
  for (const auto& one : listed) {
    if (!one.is_hist()) continue;
    if (one.action == trigger.action && one.condition == trigger.condition) same.push_back(one);
    if (wanted == "hist" || one.kind() == trigger.kind()) of_kind.push_back(one);
  }
  return same.empty() ? of_kind : same;
}

}  // namespace ftracectl
