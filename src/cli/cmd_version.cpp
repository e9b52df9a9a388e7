#include <ftracectl/error.hpp>
#include <ostream>

#include "cli/commands.hpp"

namespace ftracectl::cli {

int cmd_version(const Invocation& invocation) {
  invocation.out << "ftracectl " FTRACECTL_VERSION "\n";
  return exit_status::ok;
}

}  // namespace ftracectl::cli
