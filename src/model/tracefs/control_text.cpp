#include "model/tracefs/control_text.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace ftracectl {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// Where the word `if` stands that separates a trigger from its condition; npos without one.
std::size_t find_if(std::string_view text) {
  for (std::size_t at = text.find("if"); at != std::string_view::npos; at = text.find("if", at + 1)) {
    const bool starts = at > 0 && is_blank(text[at - 1]);
    const bool ends = at + 2 == text.size() || is_blank(text[at + 2]);
    if (starts && ends) return at;
  }
  return std::string_view::npos;
}

/// A count as the kernel takes it: decimal, 0x10 or 010; "count=3" is how it gives it back.
std::optional<std::uint64_t> parse_count(std::string_view text) {
  if (text.starts_with("count=")) text.remove_prefix(6);
  if (text.starts_with("0x") || text.starts_with("0X")) {
    return parse_number<std::uint64_t>(text.substr(2), 16);
  }
  if (text.size() > 1 && text.front() == '0') return parse_number<std::uint64_t>(text.substr(1), 8);
  return parse_number<std::uint64_t>(text);
}

bool names_an_event(std::string_view action) {
  return action.starts_with("enable_event:") || action.starts_with("disable_event:") ||
         action.starts_with("enable_hist:") || action.starts_with("disable_hist:");
}

/// The keys of "hist:keys=common_pid,comm:vals=hitcount": "common_pid,comm".
std::string hist_keys(std::string_view action) {
  for (const auto parameter : split(action, ':')) {
    for (const std::string_view name : {"keys=", "key="}) {
      if (parameter.starts_with(name)) return std::string(parameter.substr(name.size()));
    }
  }
  return {};
}

/// Takes ":3", ":count=3" or ":unlimited" off the end of the action.
void split_count(Trigger& trigger) {
  if (trigger.is_hist()) return;  // has no count, and parameters that look like one
  const auto colons = std::count(trigger.action.begin(), trigger.action.end(), ':');
  if (colons != (names_an_event(trigger.action) ? 3 : 1)) return;
  const auto colon = trigger.action.rfind(':');
  const auto last = std::string_view(trigger.action).substr(colon + 1);
  const auto count = parse_count(last);
  if (!count && last != "unlimited") return;  // a fault; the kernel shall see it as it stands
  trigger.count = count;
  trigger.action.erase(colon);
}

/// Takes the state that the kernel puts behind a hist trigger off the end; true where it says "paused".
bool split_state(std::string_view& text) {
  for (const std::string_view state : {"[active]", "[paused]", "[disabled]"}) {
    if (!text.ends_with(state)) continue;
    text = trim(text.substr(0, text.size() - state.size()));
    return state == "[paused]";
  }
  return false;
}

/// "parse_error: Field not found" gives "Field not found"; "Error: (0)", which newer and older kernels say
/// of a fault they have no words for, gives "syntax error". Nothing for any other line.
std::optional<std::string> parse_refusal(std::string_view line) {
  constexpr std::string_view with_reason = "parse_error: ";
  if (line.starts_with(with_reason)) return std::string(line.substr(with_reason.size()));
  if (line.starts_with("Error: (")) return "syntax error";
  return std::nullopt;
}

}  // namespace

FilterText parse_filter_text(std::string_view text) {
  FilterText filter;
  while (text.ends_with('\n')) text.remove_suffix(1);
  const auto last_start = text.rfind('\n') + 1;  // npos + 1 is 0
  const auto refusal = parse_refusal(text.substr(last_start));
  if (!refusal) {
    const auto expression = trim(text);
    if (expression != "none") filter.expression = expression;
    return filter;
  }
  filter.reason = *refusal;
  auto rest = text.substr(0, last_start > 0 ? last_start - 1 : 0);
  const auto caret_start = rest.rfind('\n') + 1;
  const auto caret_line = rest.substr(caret_start);
  if (!caret_line.empty() && trim(caret_line) == "^") {
    filter.column = caret_line.find('^');
    rest = rest.substr(0, caret_start > 0 ? caret_start - 1 : 0);
  }
  filter.refused = rest;
  return filter;
}

std::string Trigger::text() const {
  std::string text = action;
  if (paused) text += ":pause";
  if (count) text += ":" + std::to_string(*count);
  if (!condition.empty()) text += " if " + condition;
  return text;
}

std::string Trigger::kind() const {
  if (action == "traceon" || action == "traceoff") return "traceon/traceoff";
  if (is_hist()) return "hist:keys=" + hist_keys(action);
  if (!names_an_event(action)) return action;
  const auto underscore = action.find('_');
  return action.substr(underscore + 1);  // "event:sched:sched_switch"
}

Trigger parse_trigger(std::string_view text) {
  Trigger trigger;
  text = trim(text);
  trigger.paused = split_state(text);
  const auto at = find_if(text);
  trigger.action = trim(text.substr(0, at));
  if (at != std::string_view::npos) trigger.condition = trim(text.substr(at + 2));
  split_count(trigger);
  return trigger;
}

std::vector<Trigger> parse_triggers(std::string_view text) {
  std::vector<Trigger> triggers;
  for (const auto line : split_lines(text)) {
    if (!trim(line).empty() && line.front() != '#') triggers.push_back(parse_trigger(line));
  }
  return triggers;
}

std::string parse_available_triggers(std::string_view text) {
  constexpr std::string_view title = "# Available triggers:\n#";
  if (!text.starts_with(title)) return {};
  text.remove_prefix(title.size());
  return std::string(trim(text.substr(0, text.find('\n'))));
}

std::vector<LoggedError> parse_error_log(std::string_view text) {
  constexpr std::string_view command_title = "  Command: ";
  constexpr std::string_view reason_title = "error: ";
  std::vector<LoggedError> entries;
  for (const auto line : split_lines(text)) {
    const auto closing = line.find("] ");
    if (line.starts_with('[') && closing != std::string_view::npos) {
      const auto reason = line.rfind(reason_title);
      const auto start = reason == std::string_view::npos ? closing + 2 : reason + reason_title.size();
      entries.push_back(
          {std::string(trim(line.substr(1, closing - 1))), std::string(line.substr(start)), "", 0});
    } else if (entries.empty()) {
      continue;
    } else if (line.starts_with(command_title)) {
      entries.back().command = line.substr(command_title.size());
    } else if (trim(line) == "^" && line.find('^') >= command_title.size()) {
      entries.back().column = line.find('^') - command_title.size();
    }
  }
  return entries;
}

std::optional<LoggedError> new_error(std::string_view before, std::string_view after,
                                     std::string_view written) {
  const auto old_entries = parse_error_log(before);
  const auto entries = parse_error_log(after);
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    if (std::find(old_entries.begin(), old_entries.end(), *entry) != old_entries.end()) break;
    if (written.find(trim(entry->command)) != std::string_view::npos) return *entry;
  }
  return std::nullopt;
}

std::string_view parse_chosen(std::string_view text) {
  const auto open = text.find('[');
  const auto close = text.find(']', open == std::string_view::npos ? 0 : open);
  if (open == std::string_view::npos || close == std::string_view::npos) return trim(text);
  return text.substr(open + 1, close - open - 1);
}

}  // namespace ftracectl
