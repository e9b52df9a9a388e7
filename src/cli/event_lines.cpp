#include "cli/event_lines.hpp"

#include <algorithm>
#include <ostream>

#include "base/printable.hpp"

namespace ftracectl::cli {

namespace {

std::vector<std::string> details(const EventState& state) {
  std::vector<std::string> lines;
  if (!state.filter.expression.empty()) lines.push_back("filter   " + state.filter.expression);
  if (!state.filter.reason.empty()) {
    lines.push_back("filter   none: the kernel refused '" + state.filter.refused +
                    "': " + state.filter.reason);
  }
  for (const auto& trigger : state.triggers) {
    lines.push_back("trigger  " + trigger.text() + (state.on ? "" : "  (fires although the event is off)"));
  }
  if (!state.on && state.active && state.triggers.empty()) {
    lines.push_back("waits to be switched by a trigger of another event");
  }
  return lines;
}

}  // namespace

void print_event(std::ostream& out, const EventState& state, std::size_t width, std::size_t indent) {
  const auto lines = details(state);
  out << std::string(indent, ' ') << (state.on ? "on   " : "off  ") << state.event;
  if (!lines.empty())
    out << std::string(width + 2 - std::min(width, state.event.size()), ' ') << lines.front();
  out << "\n";
  for (std::size_t i = 1; i < lines.size(); ++i) {
    out << std::string(indent + 5 + width + 2, ' ') << lines[i] << "\n";
  }
}

std::size_t name_width(const std::vector<EventState>& states) {
  std::size_t width = 0;
  for (const auto& state : states) width = std::max(width, state.event.size());
  return width;
}

nlohmann::ordered_json event_json(const EventState& state) {
  nlohmann::ordered_json json;
  json["event"] = state.event;
  json["enabled"] = state.on;
  json["filter"] = nullptr;
  if (!state.filter.expression.empty()) json["filter"] = state.filter.expression;
  if (!state.filter.reason.empty()) {
    json["refused"] = state.filter.refused;
    json["reason"] = state.filter.reason;
  }
  json["triggers"] = nlohmann::ordered_json::array();
  for (const auto& trigger : state.triggers) json["triggers"].push_back(trigger.text());
  return json;
}

std::string json_text(const nlohmann::ordered_json& json) {
  return printable_json(json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace)) + "\n";
}

}  // namespace ftracectl::cli
