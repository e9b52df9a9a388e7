#include "cli/leftovers.hpp"

#include <unistd.h>

#include <cstdlib>
#include <ftracectl/error.hpp>
#include <ostream>

#include "kernel/tracefs.hpp"
#include "session/abandoned_journal.hpp"
#include "session/journal.hpp"
#include "session/recover.hpp"

namespace ftracectl::cli {

namespace {

void tell(const Recovered& found, std::ostream& err) {
  const std::string session =
      "session " + std::to_string(found.session.pid) + " (" + found.session.command + ")";
  const auto count = found.put_back.size();
  if (count > 0) {
    err << "ftracectl: note: undid what the killed " << session << " had left: "
        << (count == 1 ? shell_line(found.put_back.front()) : std::to_string(count) + " changes") << "\n";
  }
  for (const auto& text : found.changed) {
    err << "ftracectl: note: left by the killed " << session << ": " << text << "\n";
  }
  for (const auto& text : found.failed) {
    err << "ftracectl: warning: could not undo this; 'ftracectl recover' tries again: " << text << "\n";
  }
}

}  // namespace

std::string journal_folder() {
  if (const char* folder = std::getenv("FTRACECTL_JOURNAL")) return folder;
  const char* of_user = std::getenv("XDG_RUNTIME_DIR");
  if (geteuid() != 0 && of_user != nullptr) return std::string(of_user) + "/ftracectl";
  return default_journal_folder;
}

void recover_leftovers(const CommandLine& line, const Invocation& invocation) {
  if (line.has("dry-run")) return;
  try {
    if (find_journals(journal_folder()).empty()) return;
    Tracefs files(locate_tracefs(line.tracefs()).path);
    for (const auto& found : recover(files, journal_folder())) tell(found, invocation.err);
  } catch (const Error&) {
    // Not ours to look into. If we need a journal ourselves, making it says what is wrong.
  }
}

}  // namespace ftracectl::cli
