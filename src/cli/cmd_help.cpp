#include <algorithm>
#include <ftracectl/error.hpp>
#include <nlohmann/json.hpp>
#include <ostream>

#include "base/text.hpp"
#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/completion.hpp"
#include "cli/description.hpp"
#include "cli/event_lines.hpp"
#include "cli/manual.hpp"
#include "cli/records_schema.hpp"

namespace ftracectl::cli {

namespace {

using nlohmann::ordered_json;

CommandLine make_line() {
  CommandLine line(
      {"help [COMMAND] [OPTIONS]",
       "Shows the help of a command; without one, all commands. The manual pages and the completion "
       "of shells are made with its options.",
       "ftracectl help capture\n  ftracectl help --json"});
  line.options()("json", "print all commands and their options as a JSON array");
  line.options()("scdoc", "print the source of the manual page, for scdoc; 'records' is a page too");
  line.options()("complete", "print what can follow the line behind '--', for the completion of shells");
  line.positional("command", 1);
  line.takes_command();
  return line;
}

ordered_json description_json(const Description& description) {
  ordered_json json{{"name", description.name},       {"summary", description.summary},
                    {"usage", description.usage},     {"text", description.text},
                    {"example", description.example}, {"options", ordered_json::array()}};
  for (const auto& option : description.options) {
    ordered_json one{{"name", option.name}};
    one["letter"] = option.letter.empty() ? ordered_json() : ordered_json(option.letter);
    one["value"] = option.value.empty() ? ordered_json() : ordered_json(option.value);
    one["repeatable"] = option.is_repeatable;
    one["text"] = option.text;
    json["options"].push_back(one);
  }
  return json;
}

void print_json(std::ostream& out) {
  auto all = ordered_json::array();
  for (const auto& command : commands()) all.push_back(description_json(describe(command)));
  out << json_text(all);
}

std::string manual_source(const std::string& page) {
  if (page.empty()) return manual_overview(commands());
  if (page == "records") return manual_of_records(records_schema);
  return manual_page(describe(find_command(page)));
}

}  // namespace

int cmd_help(const Invocation& invocation) {
  CommandLine line = make_line();
  if (!line.parse(invocation)) return exit_status::ok;
  const auto names = line.all("command");
  const std::string name = names.empty() ? "" : names.front();
  if (line.has("complete")) {
    invocation.out << completion_text(complete(join(invocation.command, " ")));
  } else if (line.has("json")) {
    print_json(invocation.out);
  } else if (line.has("scdoc")) {
    invocation.out << manual_source(name);
  } else if (name.empty()) {
    print_overview(invocation.out);
  } else {
    return find_command(name).run({{"--help"}, {}, false, invocation.out, invocation.err});
  }
  return exit_status::ok;
}

}  // namespace ftracectl::cli
