#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

namespace ftracectl::test {

/// What a finished program left: its status as a shell gives it (128 + signal), and what it printed.
struct Finished {
  int status = -1;
  std::string out;
  std::string err;
};

/// A running program with its output collected, killed when the object goes.
class Process {
 public:
  /// Starts argv[0] (found in PATH) with standard input from /dev/null, in this process' group.
  explicit Process(const std::vector<std::string>& argv);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  void signal(int number) const;
  /// Waits until the program has printed `text` on either stream. False when the time is over.
  bool wait_for_output(const std::string& text, std::chrono::milliseconds limit = std::chrono::seconds(10));
  /// Waits for the end, reading all along. Kills it after `limit`: the status is 137 then.
  Finished wait(std::chrono::milliseconds limit = std::chrono::seconds(60));

 private:
  /// Reads what is there, waiting at most until `deadline`; false at the end of both streams.
  bool read_more(std::chrono::steady_clock::time_point deadline);

  pid_t pid_ = -1;
  int out_fd_ = -1;
  int err_fd_ = -1;
  Finished finished_;
};

/// Runs a program to its end.
Finished run(const std::vector<std::string>& argv,
             std::chrono::milliseconds limit = std::chrono::seconds(60));

/// The built ftracectl ($FTRACECTL_PROGRAM) in front of these arguments.
std::vector<std::string> ftracectl_argv(std::vector<std::string> arguments);
Finished run_ftracectl(const std::vector<std::string>& arguments,
                       std::chrono::milliseconds limit = std::chrono::seconds(60));

}  // namespace ftracectl::test
