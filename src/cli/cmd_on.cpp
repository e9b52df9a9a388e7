#include <ftracectl/error.hpp>

#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/leftovers.hpp"
#include "cli/target.hpp"

namespace ftracectl::cli {

namespace {

int set_tracing_on(const Invocation& invocation, const Help& help, const std::string& value) {
  CommandLine line(help);
  add_instance_option(line);
  if (!line.parse(invocation)) return exit_status::ok;
  recover_leftovers(line, invocation);
  Target target = open_target(line);
  put_in_force(target, {{Step::Kind::set, target.prefix + "tracing_on", value}});
  return exit_status::ok;
}

}  // namespace

int cmd_on(const Invocation& invocation) {
  return set_tracing_on(invocation,
                        {"on [OPTIONS]",
                         "Starts recording into a buffer: tracing_on becomes 1. Events that are "
                         "enabled are recorded.",
                         "ftracectl on\n  ftracectl on --instance mine"},
                        "1");
}

int cmd_off(const Invocation& invocation) {
  return set_tracing_on(invocation,
                        {"off [OPTIONS]",
                         "Stops recording into a buffer: tracing_on becomes 0. Events stay enabled, "
                         "and the entries recorded so far can still be read.",
                         "ftracectl off\n  ftracectl off --instance mine"},
                        "0");
}

}  // namespace ftracectl::cli
