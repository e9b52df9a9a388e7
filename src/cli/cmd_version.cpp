#include <ftracectl/error.hpp>
#include <ostream>

#include "cli/command_line.hpp"
#include "cli/commands.hpp"

namespace ftracectl::cli {

int cmd_version(const Invocation& invocation) {
  CommandLine line({"version [OPTIONS]", "Prints the program's version.", "ftracectl version"});
  if (!line.parse(invocation)) return exit_status::ok;
  invocation.out << "ftracectl " FTRACECTL_VERSION "\n";
  return exit_status::ok;
}

}  // namespace ftracectl::cli
