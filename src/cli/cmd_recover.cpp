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
                    "Undoes what killed sessions left behind. Each session keeps a journal of how "
                    "to undo its changes, and a guard process undoes them if the session is "
                    "killed; recover is for when both were killed. Every command that changes "
                    "something also does this first. Settings that somebody else has changed "
                    "since are left alone, and shown. The journals are in /run/ftracectl, or in "
                    "$FTRACECTL_JOURNAL.",
                    "ftracectl recover"});
  line.options()("json", "print JSON");
  return line;
}

void print_text(std::ostream& out, const std::vector<Recovered>& all) {
  if (all.empty()) out << "no killed session left anything behind\n";
  for (const auto& found : all) {
    if (found.session.pid > 0) {
      out << "session " << found.session.pid << " (" << printable(found.session.command) << ")\n";
    } else {
      out << "an unknown session\n";
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
  Tracefs files(locate_tracefs(line.tracefs()).path);
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
