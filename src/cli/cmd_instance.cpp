#include <ftracectl/error.hpp>
#include <ostream>

#include "cli/buffer_rows.hpp"
#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/event_lines.hpp"
#include "cli/leftovers.hpp"
#include "cli/table.hpp"
#include "cli/target.hpp"
#include "kernel/open_files.hpp"
#include "session/instances.hpp"

namespace ftracectl::cli {

namespace {

CommandLine make_line() {
  CommandLine line(
      {"instance list [--json] | create NAME... | remove NAME...",
       "An instance is a separate buffer with its own events, filters, triggers, "
       "options and clock; most commands take --instance NAME. 'create' makes all "
       "the instances named, or none. 'remove' removes an instance with everything "
       "in it. It refuses if somebody has the instance open, and says who.",
       "ftracectl instance create mine\n  ftracectl enable 'sched:sched_process_*' --instance mine\n"
       "  ftracectl instance remove mine"});
  line.options()("json", "with list: print a JSON array");
  line.positional("word");
  return line;
}

int list_instances(const CommandLine& line, std::ostream& out, Target& target) {
  auto buffers = read_buffer_overviews(target.files, find_open_files(target.files.root()));
  buffers.erase(buffers.begin());  // the top-level one is no instance
  if (line.has("json")) {
    auto array = nlohmann::ordered_json::array();
    for (const auto& buffer : buffers) array.push_back(overview_json(buffer));
    out << json_text(array);
  } else if (!buffers.empty()) {
    auto rows = buffer_rows(buffers);
    rows.front().front() = "INSTANCE";
    print_table(out, rows);
  }
  return exit_status::ok;
}

}  // namespace

int cmd_instance(const Invocation& invocation) {
  CommandLine line = make_line();
  if (!line.parse(invocation)) return exit_status::ok;
  auto names = line.all("word");
  if (names.empty()) line.fail("instance needs 'list', 'create' or 'remove'");
  const std::string action = names.front();
  names.erase(names.begin());
  const bool lists = action == "list";
  if (!lists && action != "create" && action != "remove") line.fail("there is no 'instance " + action + "'");
  if (lists && !names.empty()) line.fail("'instance list' takes no name");
  if (!lists && line.has("json")) line.fail("--json needs 'list'");
  if (!lists && names.empty()) line.fail("'instance " + action + "' needs a name");
  if (!lists) recover_leftovers(line, invocation);
  Target target = open_target(line);
  if (lists) return list_instances(line, invocation.out, target);
  if (action == "create") put_in_force(target, plan_instances(target.files, names));
  if (action == "remove") {
    for (const auto& name : names) remove_named_instance(target.files, name);
  }
  return exit_status::ok;
}

}  // namespace ftracectl::cli
