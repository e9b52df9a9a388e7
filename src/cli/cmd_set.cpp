#include <ftracectl/error.hpp>
#include <ostream>

#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/leftovers.hpp"
#include "cli/target.hpp"
#include "cli/values.hpp"
#include "kernel/buffer.hpp"
#include "session/buffer_plans.hpp"

namespace ftracectl::cli {

namespace {

namespace po = boost::program_options;

CommandLine make_line() {
  CommandLine line({"set [OPTIONS]",
                    "Sets a buffer's clock, size and options, until they are set again. If the "
                    "kernel refuses one, all are put back. A new clock empties the buffer, "
                    "because the kernel does not mix the times of two clocks.",
                    "ftracectl set --clock mono --buffer-size 8M\n"
                    "  ftracectl set --instance mine --option stacktrace --option noirq-info"});
  add_instance_option(line);
  line.options()("clock", po::value<std::string>()->value_name("NAME"), "local, global, mono, boot, ...");
  line.options()("buffer-size", po::value<std::string>()->value_name("SIZE"),
                 "size for each cpu: 512K, 8M, 1G");
  line.options()("option", po::value<std::vector<std::string>>()->value_name("NAME"),
                 "switch option NAME on, or off with noNAME; may be repeated");
  line.options()("dry-run", "print the writes as shell lines, and write nothing");
  line.positional("word");
  return line;
}

BufferWishes read_wishes(const CommandLine& line) {
  BufferWishes wishes;
  if (!line.all("word").empty()) line.fail("set takes options only");
  wishes.clock = line.text("clock");
  wishes.options = line.all("option");
  if (line.has("buffer-size")) wishes.buffer_kb = parse_size_kb("buffer-size", line.text("buffer-size"));
  for (const auto& option : wishes.options) {
    if (option.empty()) line.fail("--option needs a name");
  }
  if (line.has("clock") && wishes.clock.empty()) line.fail("--clock needs a name");
  if (wishes.clock.empty() && wishes.options.empty() && wishes.buffer_kb == 0)
    line.fail("set needs --clock, --buffer-size or --option");
  return wishes;
}

}  // namespace

int cmd_set(const Invocation& invocation) {
  CommandLine line = make_line();
  if (!line.parse(invocation)) return exit_status::ok;
  const BufferWishes wishes = read_wishes(line);
  recover_leftovers(line, invocation);
  Target target = open_or_make_target(line, invocation);
  const bool is_new = target.to_be_made != nullptr;
  check_buffer_wishes(target.files, target.prefix, is_new, wishes);
  const Plan plan = plan_buffer(target.prefix, wishes);
  if (line.has("dry-run")) {
    print_dry_run(invocation.out, target, plan);
    return exit_status::ok;
  }
  const bool empties =
      !is_new && !wishes.clock.empty() && read_clock(target.files, target.prefix) != wishes.clock;
  put_in_force(target, plan);
  if (empties) {
    invocation.err << "ftracectl: note: with its new clock " << target.buffer_name() << " begins empty\n";
  }
  return exit_status::ok;
}

}  // namespace ftracectl::cli
