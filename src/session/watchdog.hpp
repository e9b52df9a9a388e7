#pragma once

#include <sys/types.h>

#include <string>

#include "base/fd.hpp"
#include "session/journal.hpp"

namespace ftracectl {

/// A small child process, "ftracectl-guard", that waits for the death of this one and undoes, by the journal,
/// what is left then. It holds none of our descriptors, so that pipes end and instances come free with us, is
/// in a session of its own, so that nothing sent to our process group or by the terminal reaches it, and
/// ignores the signals that ask a process to end. When the object goes, it goes without doing anything.
class Watchdog {
 public:
  /// Forks: call it before threads are started and files of an instance are opened. Of the journal only the
  /// path is kept. Throws Error.
  explicit Watchdog(const Journal& journal);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  /// Waits until the child is out of reach of what comes to our process group: to be called before the first
  /// change. The child needs a millisecond for it, in which we can do something else.
  void wait_until_ready();
  pid_t pid() const { return pid_; }
  /// Readable once the child has died, which it does not do while we live unless somebody kills it; -1 where
  /// the kernel has no such descriptors.
  int pidfd() const { return pidfd_.value(); }
  bool is_dead() const;
  /// Starts another in the place of one that is dead, and waits until it is ready. Throws Error.
  void start_again();

 private:
  void start();

  std::string tracefs_root_;
  std::string journal_path_;
  pid_t pid_ = -1;
  Fd pidfd_;
  Fd ready_;  ///< gives a byte when the child is ready
};

}  // namespace ftracectl
