#include "session/recover.hpp"

#include <algorithm>
#include <ftracectl/error.hpp>
#include <limits>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "model/tracefs/control_text.hpp"
#include "session/abandoned_journal.hpp"
#include "session/carry_out.hpp"

namespace ftracectl {

namespace {

/// How the file of a journalled change stands now.
enum class Standing {
  ours,       ///< it holds what the session wrote
  as_before,  ///< what the session found: the change was not made, or is taken back already
  gone,       ///< with the instance or the module that it belonged to
  foreign,    ///< something else
};

/// After a refused filter the file holds no filter, but shows the refused text. The session died before it
/// could put back the one that was dropped.
bool was_refused(const Step& wrote, const std::string& now) {
  return wrote.kind == Step::Kind::set_filter && parse_filter_text(now).refused == trim(wrote.value);
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> found;
  while (!(text = trim(text)).empty()) {
    const auto end = std::min(text.find_first_of(" \t\r\n"), text.size());
    found.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return found;
}

/// Pids leave the list when their tasks end, so it may hold less than was written. More it holds only if
/// somebody else, or event-fork, has added to it.
bool has_no_other_pids(const JournalEntry& entry, const std::string& now) {
  auto known = words(entry.wrote.value);
  const auto before = words(entry.undo.value);
  known.insert(known.end(), before.begin(), before.end());
  const auto there = words(now);
  return std::all_of(there.begin(), there.end(), [&](std::string_view pid) {
    return std::find(known.begin(), known.end(), pid) != known.end();
  });
}

bool is_what_was_written(const JournalEntry& entry, const std::string& now) {
  if (entry.wrote.kind == Step::Kind::add_pids) return has_no_other_pids(entry, now);
  return in_force(entry.wrote, now) || was_refused(entry.wrote, now);
}

Standing standing_of(Files& files, const JournalEntry& entry) {
  if (!files.exists(entry.undo.path)) return Standing::gone;
  if (entry.undo.kind == Step::Kind::remove_dir) return Standing::ours;
  const std::string now = read_target(files, entry.undo);
  if (holds_already(entry.undo, now)) return Standing::as_before;
  if (is_what_was_written(entry, now)) return Standing::ours;
  // A trigger that was put back and has fired since, a buffer size as the kernel rounds it.
  return in_force(entry.undo, now) ? Standing::as_before : Standing::foreign;
}

std::string tell_of_foreign(Files& files, const JournalEntry& entry) {
  return entry.undo.path + ": the session wrote '" + written_value(entry.wrote) + "', and now it reads '" +
         std::string(trim(read_target(files, entry.undo))) +
         "': somebody else has changed it since, so it stays. To restore what it held before:\n "
         " " +
         shell_line(entry.undo);
}

/// Gives whether the entry is done with.
bool replay(Files& files, const JournalEntry& entry, Recovered& result) {
  try {
    switch (standing_of(files, entry)) {
      case Standing::gone:
      case Standing::as_before:
        return true;
      case Standing::foreign:
        result.changed.push_back(tell_of_foreign(files, entry));
        return false;
      case Standing::ours:
        carry_out(files, entry.undo);
        check_in_force(files, entry.undo);
        result.put_back.push_back(entry.undo);
        return true;
    }
  } catch (const Error& error) {
    result.failed.push_back(shell_line(entry.undo) + ": " + error.what());
  }
  return false;
}

/// Where tracefs is not there, nothing can be seen of what is to be taken back: it is not gone for that.
bool is_tracefs_there(Files& files, Recovered& result) {
  try {
    if (files.exists("events")) return true;
    result.failed.push_back(result.session.tracefs + ": tracefs is not mounted there any more");
  } catch (const Error& error) {
    result.failed.push_back(error.what());
  }
  return false;
}

Recovered replay(Files& files, AbandonedJournal& journal) {
  Recovered result;
  result.session = journal.content().header;
  if (!is_tracefs_there(files, result)) return result;
  const auto& entries = journal.content().outstanding;
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    if (replay(files, *entry, result)) journal.undone(entry->id);
  }
  return result;
}

bool is_worth_telling(const Recovered& result) {
  return !result.put_back.empty() || !result.changed.empty() || !result.failed.empty();
}

/// The paths of the journals, those of the newest sessions first. What cannot be read comes before them: taking
/// it says why.
std::vector<std::string> newest_first(const std::string& folder) {
  std::vector<std::pair<std::int64_t, std::string>> found;
  for (const auto& path : find_journals(folder)) {
    auto started_ns = std::numeric_limits<std::int64_t>::max();
    if (const auto status = read_journal(path)) started_ns = status->header.started_ns;
    found.emplace_back(started_ns, path);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<std::string> paths;
  for (auto& [started_ns, path] : found) paths.push_back(std::move(path));
  return paths;
}

/// One at a time, for descriptors may be few. A journal that cannot be read is told of as one that could not
/// be put back, and does not stand in the way of the others.
std::optional<Recovered> recover_path(Files& files, const std::string& path) {
  try {
    auto journal = AbandonedJournal::take(path);
    if (!journal) return std::nullopt;
    if (journal->is_void()) {
      journal->remove();
      return std::nullopt;
    }
    Recovered result = replay(files, *journal);
    if (result.is_complete()) journal->remove();
    return result;
  } catch (const Error& error) {
    Recovered unreadable;
    unreadable.failed.push_back(error.what());
    return unreadable;
  }
}

}  // namespace

std::vector<Recovered> recover(Files& files, const std::string& folder) {
  std::vector<Recovered> results;
  for (const auto& path : newest_first(folder)) {
    const auto result = recover_path(files, path);
    if (result && is_worth_telling(*result)) results.push_back(*result);
  }
  return results;
}

void recover_one(Files& files, const std::string& journal_path) {
  auto journal = AbandonedJournal::take_of_dead(journal_path);
  if (!journal) return;
  const Recovered result = replay(files, *journal);
  if (result.is_complete() && result.changed.empty()) journal->remove();
}

}  // namespace ftracectl
