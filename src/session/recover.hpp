#pragma once

#include <string>
#include <vector>

#include "kernel/files.hpp"
#include "session/journal_lines.hpp"

namespace ftracectl {

/// What was found of a session that did not come to undo itself, and what became of it.
struct Recovered {
  JournalHeader session;
  std::vector<Step> put_back;        ///< newest first, as it was done
  std::vector<std::string> changed;  ///< files that somebody else has written since: left as they are
  std::vector<std::string> failed;   ///< what could not be put back; it stays in the journal for the next try

  bool is_complete() const { return failed.empty(); }
};

/// Takes over the journals in `folder` whose sessions are dead and replays them backwards, the newest session
/// first. Files that hold what they held before are not written. Sessions that had changed nothing are
/// cleared away without a word. Throws Error where the folder cannot be trusted or read.
std::vector<Recovered> recover(Files& files, const std::string& folder);

/// The same for one journal, whose session is known to be dead; what somebody else has changed stays in the
/// journal, to be told by the next recover(). For the watchdog, who cannot tell anybody.
void recover_one(Files& files, const std::string& journal_path);

}  // namespace ftracectl
