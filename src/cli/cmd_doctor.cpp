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
                    "Shows what works on this kernel for this user, and how to fix each problem: "
                    "the mount and who may use it, lockdown, namespaces, features, buffers and "
                    "their readers, and what killed sessions left behind. Changes nothing. Exits "
                    "with 0 if a capture would work here, with 5 if not.",
                    "ftracectl doctor\n  ftracectl doctor --json"});
  line.options()("verbose,v", "show each feature on its own line, and how it was detected");
  line.options()("json", "print a JSON object");
  return line;
}

}  // namespace

int cmd_doctor(const Invocation& invocation) {
  CommandLine line = make_line();
  if (!line.parse(invocation)) return exit_status::ok;
  const DoctorReport report = examine(line.tracefs());
  if (line.has("json")) {
    invocation.out << json_text(report_json(report));
  } else {
    print_report(invocation.out, report, line.has("verbose"));
  }
  return report.is_tracing_possible() ? exit_status::ok : exit_status::impossible;
}

}  // namespace ftracectl::cli
