#include "model/tracefs/event_patterns.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include "base/text.hpp"

namespace ftracectl {

namespace {

bool is_glob(std::string_view text) { return text.find_first_of("*?[") != std::string_view::npos; }

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

/// How many characters must be added, left out, changed, or swapped with their neighbour.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

/// Whether `part` can be had from `whole` by leaving characters out: "sys_execve" of "sys_enter_execve".
bool is_abbreviation(std::string_view part, std::string_view whole) {
  std::size_t at = 0;
  for (const char c : whole) {
    if (at < part.size() && part[at] == c) ++at;
  }
  return at == part.size();
}

/// The smaller the nearer; nothing for a name that nobody would have meant.
std::optional<std::size_t> farness(const std::string& wanted, const std::string& known) {
  const std::size_t edits = edit_distance(wanted, known);
  if (edits <= std::max<std::size_t>(2, wanted.size() / 5)) return edits;
  if (wanted.size() >= 4 && known.find(wanted) != std::string::npos) return 100 + known.size();
  if (wanted.size() >= 6 && is_abbreviation(wanted, known)) return 1000 + known.size();
  return std::nullopt;
}

std::vector<std::string> systems_of(const std::vector<std::string>& available) {
  std::set<std::string> systems;
  for (const auto& event : available) systems.insert(event.substr(0, event.find(':')));
  return {systems.begin(), systems.end()};
}

/// The nearest events: by their whole names, or by the bare ones when that is what was typed.
std::vector<std::string> nearest_events(std::string_view typed, const std::vector<std::string>& available) {
  const auto pattern = parse_event_pattern(typed);
  if (pattern.system != "*") return nearest_names(pattern.system + ":" + pattern.name, available);
  std::set<std::string> bare;
  for (const auto& event : available) bare.insert(event.substr(event.find(':') + 1));
  std::vector<std::string> nearest;
  for (const auto& name : nearest_names(pattern.name, {bare.begin(), bare.end()})) {
    for (auto& event : matching_events(name, available)) nearest.push_back(std::move(event));
  }
  if (nearest.size() > 3) nearest.resize(3);
  return nearest;
}

bool has_system(const std::vector<std::string>& systems, std::string_view system) {
  return std::any_of(systems.begin(), systems.end(),
                     [&](const std::string& known) { return glob_match(system, known); });
}

}  // namespace

EventPattern parse_event_pattern(std::string_view text) {
  const auto separator = text.find_first_of(":/");
  if (separator == std::string_view::npos) return {"*", std::string(text)};
  return {std::string(text.substr(0, separator)), std::string(text.substr(separator + 1))};
}

std::vector<std::string> matching_events(std::string_view pattern,
                                         const std::vector<std::string>& available) {
  const auto wanted = parse_event_pattern(pattern);
  std::vector<std::string> matches;
  for (const auto& event : available) {
    const std::string_view whole = event;
    const auto colon = whole.find(':');
    if (colon == std::string_view::npos) continue;
    if (glob_match(wanted.system, whole.substr(0, colon)) &&
        glob_match(wanted.name, whole.substr(colon + 1))) {
      matches.push_back(event);
    }
  }
  return matches;
}

std::vector<std::string> nearest_names(std::string_view wanted, const std::vector<std::string>& known) {
  const std::string lower_wanted = lower_case(wanted);
  std::vector<std::pair<std::size_t, std::string>> ranked;
  for (const auto& name : known) {
    if (const auto far = farness(lower_wanted, lower_case(name))) ranked.emplace_back(*far, name);
  }
  std::sort(ranked.begin(), ranked.end());
  std::vector<std::string> nearest;
  for (const auto& [far, name] : ranked) {
    // Beside a slip of the finger, names that are farther off only distract.
    const bool is_slip = ranked.front().first < 100;
    if (nearest.size() == 3 || (is_slip && far > ranked.front().first)) break;
    nearest.push_back(name);
  }
  return nearest;
}

std::string unknown_event_message(std::string_view pattern, const std::vector<std::string>& available) {
  const std::string typed = "'" + std::string(pattern) + "'";
  const auto parts = parse_event_pattern(pattern);
  const auto systems = systems_of(available);
  const bool system_alone = parts.system == "*" ? has_system(systems, parts.name)
                                                : parts.name.empty() && has_system(systems, parts.system);
  if (system_alone && !is_glob(pattern)) {
    const auto& system = parts.system == "*" ? parts.name : parts.system;
    return "unknown event " + typed + ": it is a group of events, '" + system + ":*' takes them all";
  }
  std::vector<std::string> nearest;
  if (!has_system(systems, parts.system)) {
    nearest = is_glob(pattern) ? nearest_names(parts.system, systems) : nearest_events(pattern, available);
    if (nearest.empty()) nearest = nearest_names(parts.system, systems);
    if (nearest.empty()) nearest = nearest_events(parts.name, available);
  } else if (!is_glob(pattern)) {
    nearest = nearest_events(pattern, available);
  }
  const std::string what = is_glob(pattern) ? "no event matches " : "unknown event ";
  if (nearest.empty()) return what + typed + "; to list all: ftracectl list";
  return what + typed + ": did you mean " + join(nearest, ", ") + "?";
}

}  // namespace ftracectl
