#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/files.hpp"
#include "model/tracefs/control_text.hpp"

namespace ftracectl::test {

/// A tracefs in memory that answers as the kernels 5.10 to 7.3 were recorded to: a refused filter drops the
/// one before it and reads as an error report, triggers read back in another notation than they are written
/// and exist once of a kind, a trigger stars `enable`, instances have copies of everything, pids only ever
/// add up. Its events are those of `fields_of_events()` in the .cpp.
class FakeTracefs : public Files {
 public:
  FakeTracefs();

  std::string read(const std::string& path) override;
  void write(const std::string& path, std::string_view value) override;
  void truncate(const std::string& path) override;
  bool exists(const std::string& path) override;
  std::vector<std::string> list(const std::string& path) override;
  void make_dir(const std::string& path) override;
  void remove_dir(const std::string& path) override;

  /// The k-th operation from now, counted from 1, fails with EIO, and does nothing.
  void fail_at(int k, bool and_all_after = false);
  /// How many operations there were since fail_at(), or since the beginning.
  int operations() const { return operations_; }
  /// The next `count` removals of a folder fail with EBUSY.
  void be_busy(int count) { busy_ = count; }
  /// A write that the kernel takes and that has no effect: somebody else writes at the same time.
  void ignore_writes_to(const std::string& path) { ignored_ = path; }
  /// Called before and after every operation, with "write PATH VALUE" and the like.
  std::function<void(const std::string&)> before_operation;
  std::function<void(const std::string&)> after_operation;

  /// Everything that can be seen, but the error logs and the order of triggers.
  std::string snapshot() const;

 private:
  struct Event {
    bool on = false;
    std::string filter = "none\n";
    std::vector<Trigger> triggers;
    bool operator==(const Event&) const = default;
  };
  struct Buffer {
    std::map<std::string, Event> events;         ///< by "system/name"
    std::map<std::string, std::string> scalars;  ///< by file name, "options/event-fork"
    std::set<long> pids;
    std::set<long> untraced_pids;     ///< set_event_notrace_pid
    std::vector<std::string> errors;  ///< entries of error_log
  };
  /// What a path points to: a buffer, an event of it where it is an event's file, and the file's name.
  struct Place {
    Buffer* buffer = nullptr;
    Event* event = nullptr;
    std::string event_name;
    std::string file;
  };

  Place find(const std::string& path);
  void count(const std::string& what);
  static std::string read_event(const Place& place);
  static std::string read_buffer(const Place& place);
  void write_filter(const Place& place, const std::string& value);
  static void write_trigger(const Place& place, const std::string& value);
  void write_probe(const std::string& text);
  void write_probe_line(const std::string& line);
  static void write_scalar(const Place& place, const std::string& value);
  void log_error(Buffer& buffer, const std::string& reason, const std::string& command, std::size_t column);

  std::map<std::string, Buffer> buffers_;  ///< by instance, the top-level one under ""
  std::vector<std::string> probes_;        ///< dynamic_events
  int operations_ = 0;
  int fail_at_ = 0;
  bool fail_after_ = false;
  int busy_ = 0;
  int seconds_ = 0;  ///< the clock of the error logs
  std::string ignored_;
};

}  // namespace ftracectl::test
