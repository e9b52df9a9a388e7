#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "base/fd.hpp"
#include "model/tracefs/plan.hpp"

namespace ftracectl {

/// Where journals are kept, unless the user says otherwise: what is there is gone after a reboot, like the
/// state of the kernel that it is about.
inline constexpr const char* default_journal_folder = "/run/ftracectl";

/// The journal of one session: before each change, what takes it back goes into a file that is locked for as
/// long as the session lives. The kernel frees the lock when the process dies, however it dies; whoever can
/// then take it replays the journal: the watchdog, `recover`, and every start.
///
/// The file is made with the first entry and removed when nothing is left to take back. For a private
/// instance that means: it is locked before any file of the instance is opened, so that whoever takes the
/// lock over finds the instance free. The format is in journal_lines.hpp.
class Journal {
 public:
  /// Makes no file yet. `tracefs_root` is for whoever recovers.
  Journal(std::string folder, std::string tracefs_root);
  /// What is still outstanding stays in the file, for `recover`.
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// To be called before the change. Gives the entry's number. Throws Error when it cannot be written: then
  /// the change must not be made.
  std::uint64_t record(const Step& wrote, const Step& undo);
  /// The change was not made, or was taken back. Never throws: an entry that stays is replayed, at worst, and
  /// finds nothing to do.
  void undone(std::uint64_t id) noexcept;
  /// All that was recorded is to stay as it is.
  void commit() noexcept;

  const std::string& path() const { return path_; }
  const std::string& tracefs_root() const { return tracefs_root_; }

 private:
  void create();
  void append(const std::string& line);
  void remove() noexcept;

  std::string folder_;
  std::string tracefs_root_;
  std::int64_t started_ns_;
  std::string path_;
  Fd file_;
  std::uint64_t last_id_ = 0;
  std::set<std::uint64_t> outstanding_;
};

}  // namespace ftracectl
