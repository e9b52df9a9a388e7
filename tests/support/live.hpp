#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ftracectl::test {

/// The running kernel's tracing folder. Ends the test as skipped, saying why, where there is none or this is
/// not root.
std::string tracing_folder();

/// Ends the test process at once with the words that ctest takes for "skipped".
[[noreturn]] void skip(const std::string& reason);

/// How many times longer all takes here than on an ordinary machine ($FTRACECTL_SLOWNESS, 1 without it).
/// Pauses and time limits are multiplied by it, and what is repeated very often is repeated less.
int slowness();

/// Until it holds, looking every few milliseconds. False when it does not within `limit` of an ordinary
/// machine.
bool eventually(const std::function<bool()>& holds,
                std::chrono::milliseconds limit = std::chrono::seconds(5));

/// Whether the session of this pid has all its events on, in an instance of its own. The preset's last event
/// is switched on last.
bool is_capturing(pid_t session);

/// Whether the process has a trace_pipe open.
bool reads_trace_pipe(pid_t process);

std::string read_file(const std::string& path);
/// One write of the whole text; false when the kernel refuses it.
bool write_file(const std::string& path, std::string_view text);

/// An instance made by hand for a test, removed with all that is on in it when the object goes.
class ScratchInstance {
 public:
  explicit ScratchInstance(const std::string& name);
  ~ScratchInstance();
  ScratchInstance(const ScratchInstance&) = delete;
  ScratchInstance& operator=(const ScratchInstance&) = delete;

  const std::string& name() const { return name_; }
  const std::string& folder() const { return folder_; }

 private:
  std::string name_;
  std::string folder_;
};

/// One buffer as its files show it: tracing_on, set_event and its pids, options, clock, and, where `deep`,
/// every filter and trigger (some 40 ms for 2,300 events). `folder` is the buffer's.
std::string buffer_snapshot(const std::string& folder, bool deep);

/// Everything in tracefs that a session could leave behind: the top-level buffer with every filter and
/// trigger, dynamic events, and the instances, those that are there with all that is cheap to see.
std::string tracefs_snapshot();

/// The lines that only one of two snapshots has, "-" before those of the first; empty where they are the
/// same.
std::string difference(const std::string& before, const std::string& after);

/// The names of all instances, sorted.
std::vector<std::string> instance_names();

}  // namespace ftracectl::test
