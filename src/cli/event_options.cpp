#include "cli/event_options.hpp"

#include <algorithm>
#include <cctype>

namespace ftracectl::cli {

namespace {

namespace po = boost::program_options;

bool is_pattern(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("_*?[]!-.").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

}  // namespace

void add_event_options(CommandLine& line) {
  auto options = line.options();
  options("event,e", po::value<std::vector<std::string>>()->value_name("EVENT[/FILTER/]"),
          "capture EVENT as well, with a filter of its own; may be repeated");
  options("event-filter,f", po::value<std::vector<std::string>>()->value_name("FILTER"),
          "the filter of the -e in front of it");
}

EventChoice parse_event_choice(const std::string& text) {
  const auto colon = text.find(':');
  auto slash = text.find('/');
  if (colon == std::string::npos && slash != std::string::npos) {
    // "sched/sched_switch" or "sched_switch/FILTER/"
    const auto second = text.find('/', slash + 1);
    const auto name = text.substr(slash + 1, second == std::string::npos ? second : second - slash - 1);
    const bool is_system = is_pattern(name) && second != text.size() - 1;
    if (is_system) slash = second;
  }
  const bool has_filter = slash != std::string::npos && text.back() == '/' && slash + 1 < text.size();
  if (!has_filter) return {text, ""};
  return {text.substr(0, slash), text.substr(slash + 1, text.size() - slash - 2)};
}

std::vector<EventChoice> chosen_events(const CommandLine& line) {
  std::vector<EventChoice> choices;
  bool may_take_filter = false;
  for (const auto& [option, value] : line.given()) {
    if (option == "event") {
      choices.push_back(parse_event_choice(value));
      may_take_filter = choices.back().filter.empty();
    } else if (option == "event-filter") {
      if (!may_take_filter)
        line.fail("-f " + value +
                  ": belongs to the -e in front of it, and each -e takes one; --filter is for all events");
      if (value.empty()) line.fail("-f needs a filter");
      choices.back().filter = value;
      may_take_filter = false;
    }
  }
  return choices;
}

}  // namespace ftracectl::cli
