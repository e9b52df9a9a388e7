#include <ftracectl/error.hpp>

#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/leftovers.hpp"
#include "cli/target.hpp"

namespace ftracectl::cli {

namespace {

CommandLine make_line() {
  CommandLine line({"clear [OPTIONS]",
                    "Empties a buffer: entries that nobody has read are discarded. Nothing else "
                    "changes.",
                    "ftracectl clear\n  ftracectl clear --instance mine"});
  add_instance_option(line);
  line.positional("word");
  return line;
}

}  // namespace

int cmd_clear(const Invocation& invocation) {
  CommandLine line = make_line();
  if (!line.parse(invocation)) return exit_status::ok;
  if (!line.all("word").empty()) {
    line.fail("clear empties a buffer; to remove a filter: ftracectl filter EVENT --clear");
  }
  recover_leftovers(line, invocation);
  Target target = open_target(line);
  target.files.truncate(target.prefix + "trace");
  return exit_status::ok;
}

}  // namespace ftracectl::cli
