#include <algorithm>
#include <ftracectl/error.hpp>
#include <nlohmann/json.hpp>
#include <ostream>

#include "base/printable.hpp"
#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/event_lines.hpp"
#include "cli/leftovers.hpp"
#include "kernel/tracefs.hpp"
#include "session/recover.hpp"

namespace ftracectl::cli {

namespace {

CommandLine make_line() {
  CommandLine line({"recover [--json]",
                    "Undoes what killed sessions left behind. Each session keeps a journal of how to\n"
                    "undo its changes, and a watchdog process undoes them when the session is killed;\n"
                    "recover is for when both were killed. Every command that changes something does\n"
                    "the same first. What somebody else has changed since is left alone, and shown.\n"
                    "The journals are in /run/ftracectl, or in $FTRACECTL_JOURNAL.",
                    "ftracectl recover"});
  line.options()("json", "print JSON");
  return line;
}

void print_text(std::ostream& out, const std::vector<Recovered>& all) {
  if (all.empty()) out << "nothing was left by killed sessions\n";
  for (const auto& found : all) {
    if (found.session.pid > 0) {
      out << "session " << found.session.pid << " (" << printable(found.session.command) << ")\n";
    } else {
      out << "a session that nothing is known of\n";
    }
    for (const auto& step : found.put_back) out << "  put back  " << printable(shell_line(step)) << "\n";
    for (const auto& text : found.changed) out << "  left      " << printable(text) << "\n";
    for (const auto& text : found.failed) out << "  failed    " << printable(text) << "\n";
  }
}

void print_json(std::ostream& out, const std::vector<Recovered>& all) {
  using Json = nlohmann::ordered_json;
  Json sessions = Json::array();
  for (const auto& found : all) {
    Json session = {{"pid", nullptr}, {"command", nullptr}, {"put_back", Json::array()}};
    if (found.session.pid > 0) {
      session["pid"] = found.session.pid;
      session["command"] = found.session.command;
    }
    for (const auto& step : found.put_back) session["put_back"].push_back(shell_line(step));
    session["changed_by_others"] = found.changed;
    session["failed"] = found.failed;
    sessions.push_back(session);
  }
  out << json_text({{"sessions", sessions}});
}

}  // namespace

int cmd_recover(const Invocation& invocation) {
  CommandLine line = make_line();
  if (!line.parse(invocation)) return exit_status::ok;
  Tracefs files(locate_tracefs(line.tracefs_override()).path);
  const auto all = recover(files, journal_folder());
  if (line.has("json")) {
    print_json(invocation.out, all);
  } else {
    print_text(invocation.out, all);
  }
  const bool complete =
      std::all_of(all.begin(), all.end(), [](const auto& found) { return found.is_complete(); });
  return complete ? exit_status::ok : exit_status::failed;
}

}  // namespace ftracectl::cli
