#pragma once

#include <sys/types.h>

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace workload {

/// One exec, as it is to be made.
struct Exec {
  std::string path;
  std::vector<std::string> argv;
  /// The file name that the kernel tells of a success; "" for `path` itself.
  std::string shown = {};
  /// The arguments that the new program then has, where they are not `argv`.
  std::optional<std::vector<std::string>> runs = std::nullopt;
  std::string syscall = "execve";
  /// What the task does before.
  std::function<void()> before = nullptr;
  /// Makes the call, returning only if it failed; none: execve(path, argv).
  std::function<void(const Exec&)> call = nullptr;
};

/// A process to be made, which tries these execs one after another until one succeeds.
struct Process {
  enum class Start { fork, vfork, posix_spawn };

  std::vector<Exec> execs;
  std::optional<std::string> comm = std::nullopt;  ///< gives itself this name first
  bool from_thread = false;                        ///< a thread that is not the leader makes the execs
  std::string folder = {};                         ///< goes there first
  Start start = Start::fork;
};

/// What became of one exec, written down by the task that made it.
struct Outcome {
  pid_t tid = 0;
  int error = 0;
  std::array<char, 16> comm{};  ///< the name of the task before the exec
  uid_t uid = 0;                ///< its real user
};

/// A process that ran: an outcome for each exec that was tried.
struct Ran {
  pid_t pid = -1;
  std::vector<Outcome> outcomes;
};

/// The environment that makes the new program, a copy of this one, end by itself after this time.
void set_linger_ms(int milliseconds);
/// For a program that was started with that environment: waits and ends, otherwise does nothing.
void end_if_asked();
/// Calls execve with that environment, and the wish that the new program, while it keeps the rights of root,
/// becomes each of these users and executes itself again before it does so. Ends the process if it fails.
void call_execve_as(const Exec& exec, const std::vector<uid_t>& users);
/// Gives the thread, and no other, this real user and the rights of root.
void become(uid_t user);

/// Calls execve with the environment above. Returns only if it failed.
void call_execve(const Exec& exec);
char* const* new_environment();

/// Runs processes at the same time and waits for all of them.
std::vector<Ran> run_processes(const std::vector<Process>& processes);

/// Pointers to the arguments, ending with a null pointer, as the system calls want them.
std::vector<char*> pointers_to(const std::vector<std::string>& words);

}  // namespace workload
