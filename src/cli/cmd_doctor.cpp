#include <ftracectl/error.hpp>
#include <ostream>

#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/doctor_report.hpp"
#include "cli/event_lines.hpp"
#include "cli/target.hpp"

namespace ftracectl::cli {

namespace {

CommandLine make_line() {
  CommandLine line({"doctor [--verbose] [--json]",
                    "Looks at what this kernel and this user can do, and says what to do about each\n"
                    "problem: the mount and who may use it, lockdown, namespaces, features, buffers\n"
                    "and their readers, and what killed sessions left behind. It changes nothing.\n"
                    "Exits with 0 if a capture would work here, else with 5.",
                    "ftracectl doctor\n  ftracectl doctor --json"});
  line.options()("verbose,v", "one line for each feature, with how it is known");
  line.options()("json", "print a JSON object");
  return line;
}

}  // namespace

int cmd_doctor(const Invocation& invocation) {
  CommandLine line = make_line();
  if (!line.parse(invocation)) return exit_status::ok;
  const DoctorReport report = examine(line.tracefs_override());
  if (line.has("json")) {
    invocation.out << json_text(report_json(report));
  } else {
    print_report(invocation.out, report, line.has("verbose"));
  }
  return report.is_tracing_possible() ? exit_status::ok : exit_status::impossible;
}

}  // namespace ftracectl::cli
