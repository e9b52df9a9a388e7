#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/fd.hpp"

namespace ftracectl {

/// Where a command's program is, searched in the folders of `search_path` ("/usr/bin:/bin") as a shell does.
struct FoundProgram {
  std::string path;
  int error = 0;  ///< ENOENT: there is none of that name; EACCES: there is one that may not be executed
};
/// By our effective rights.
FoundProgram find_program(const std::string& name, const std::string& search_path);

struct CommandUser;

/// A child process that waits until it is told to become the user's command. It has our standard streams, is
/// in our process group, and is started with one execve. It outlives us, if we are killed.
class ChildCommand {
 public:
  /// Forks. Call it before any thread is started. The child is that user's from the beginning; null: ours.
  ChildCommand(const std::string& path, const std::vector<std::string>& argv,
               const CommandUser* user = nullptr);
  /// A child that never started goes with us; one that runs is left to run.
  ~ChildCommand();
  ChildCommand(const ChildCommand&) = delete;
  ChildCommand& operator=(const ChildCommand&) = delete;

  pid_t pid() const { return pid_; }
  /// Readable once the child has ended.
  int pidfd() const { return pidfd_.value(); }
  /// Lets it go: gives 0 once the program runs, else the errno of its execve.
  int start();
  /// Whether start() was called.
  bool has_started() const { return !go_; }
  void signal(int number) const;
  /// The exit status as a shell gives it (128 + signal), once it has ended.
  std::optional<int> exit_status();
  /// Waits for the end.
  int wait();

 private:
  std::optional<int> read_errno() const;

  pid_t pid_ = -1;
  Fd pidfd_;
  Fd go_;       ///< writing a byte lets the child go; closing it ends a child that waits
  Fd outcome_;  ///< gives the errno of a failed execve, or end of file
  std::optional<int> status_;
};

}  // namespace ftracectl
