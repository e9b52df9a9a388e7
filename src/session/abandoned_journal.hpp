#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/fd.hpp"
#include "session/journal_lines.hpp"

namespace ftracectl {

/// A journal whose session is dead, with its lock in our hands.
class AbandonedJournal {
 public:
  /// Nothing when its session lives or when the file is gone. A session that is dead and whose watchdog is at
  /// work is waited for, a second at most.
  /// Throws Error when the file cannot be opened or understood.
  static std::optional<AbandonedJournal> take(const std::string& path);

  /// The same for a session that is known to be dead: its lock is about to be free. Ten seconds at most.
  static std::optional<AbandonedJournal> take_of_dead(const std::string& path);

  const std::string& path() const { return path_; }
  const JournalContent& content() const { return content_; }
  /// Not one entry, or of another boot: there is nothing to take back.
  bool is_void() const;
  void undone(std::uint64_t id) noexcept;
  /// Removes the file.
  void remove() noexcept;

 private:
  static std::optional<AbandonedJournal> read_locked(const std::string& path, Fd file);
  AbandonedJournal(std::string path, Fd file, JournalContent content)
      : path_(std::move(path)), file_(std::move(file)), content_(std::move(content)) {}

  std::string path_;
  Fd file_;
  JournalContent content_;
};

/// The paths of all journals in a folder; none where there is no such folder.
/// Throws Error when the folder cannot be read, or is not one that we may trust: somebody else's, or one that
/// others can write to.
std::vector<std::string> find_journals(const std::string& folder);

/// A journal as an onlooker sees it.
struct JournalStatus {
  std::string path;
  JournalHeader header;
  std::size_t changes = 0;  ///< that are outstanding
  bool alive = false;       ///< its session runs
};

/// Nothing where there is no such file, or where it cannot be read or understood.
std::optional<JournalStatus> read_journal(const std::string& path);

/// All journals of a folder, live ones too. Throws as find_journals() does.
std::vector<JournalStatus> read_journals(const std::string& folder);

}  // namespace ftracectl
