#include "model/tracefs/hist_action.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "model/tracefs/event_patterns.hpp"

namespace ftracectl {

namespace {

constexpr std::string_view handlers[] = {"onmatch(", "onmax(", "onchange("};

/// sched.sched_waking
void check_matched_event(std::string_view name, std::size_t column, const std::vector<std::string>& events) {
  const auto dot = name.find('.');
  if (dot == std::string_view::npos) {
    throw TextFault{"the event must be named with its system", column, "write onmatch(sched.sched_waking)"};
  }
  const std::string full_name = std::string(name.substr(0, dot)) + ":" + std::string(name.substr(dot + 1));
  if (events.empty() || std::find(events.begin(), events.end(), full_name) != events.end()) return;
  const auto nearest = nearest_names(full_name, events);
  throw TextFault{
      "unknown event '" + full_name + "'", column,
      nearest.empty() ? "to list all: ftracectl list" : "did you mean " + join(nearest, ", ") + "?"};
}

/// .save(prev_comm), behind the handler
void check_action(std::string_view text, std::size_t column, bool is_onmatch) {
  const auto open = text.find('(');
  if (!text.starts_with('.') || open == std::string_view::npos || open == 1) {
    throw TextFault{"an action must follow", column, "actions are EVENT(VALUES), save(FIELDS), snapshot()"};
  }
  const auto name = text.substr(1, open - 1);
  const bool is_save = name == "save";
  if (is_onmatch && (is_save || name == "snapshot")) {
    throw TextFault{"'" + std::string(name) + "' goes with onmax and onchange, not with onmatch", column + 1,
                    ""};
  }
  if (is_save && text.substr(open + 1, 1) == ")")
    throw TextFault{"save() needs fields", column + open, "write save(FIELD)"};
}

}  // namespace

void check_hist_action(std::string_view text, const std::vector<std::string>& events) {
  const auto* handler = std::find_if(std::begin(handlers), std::end(handlers),
                                     [&](std::string_view one) { return text.starts_with(one); });
  if (handler == std::end(handlers)) {
    throw TextFault{"'" + std::string(text) + "' is not a parameter of a histogram", 0,
                    "parameters are NAME=VALUE, pause, cont, clear, onmatch(...), onmax(...), onchange(...)"};
  }
  const auto close = text.find(')');
  if (close == std::string_view::npos) {
    throw TextFault{"this '(' is never closed", handler->size() - 1, ""};
  }
  const auto inside = text.substr(handler->size(), close - handler->size());
  const bool is_onmatch = *handler == "onmatch(";
  if (is_onmatch) check_matched_event(inside, handler->size(), events);
  if (!is_onmatch && !inside.starts_with('$')) {
    throw TextFault{"a variable must come here", handler->size(),
                    "write " + std::string(*handler) + "$NAME), and NAME=FIELD before it"};
  }
  check_action(text.substr(close + 1), close + 1, is_onmatch);
}

}  // namespace ftracectl
