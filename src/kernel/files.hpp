#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ftracectl {

/// The tracing folder behind a few verbs, so that the control plane can be tried on an in-memory tracefs.
/// Paths are relative to it: "tracing_on", "instances/mine/events/sched/sched_switch/enable".
/// Every verb throws Error with the path, the errno and the kernel's text for it.
class Files {
 public:
  virtual ~Files() = default;

  virtual std::string read(const std::string& path) = 0;
  /// One open without O_TRUNC and one write of the whole value. On tracefs that replaces (filter), adds
  /// (trigger, set_event_pid) or sets, as the file has it.
  virtual void write(const std::string& path, std::string_view value) = 0;
  /// An open with O_TRUNC: empties set_event, set_event_pid, error_log, trace.
  virtual void truncate(const std::string& path) = 0;
  virtual bool exists(const std::string& path) = 0;
  /// Names in a folder, sorted, without "." and "..".
  virtual std::vector<std::string> list(const std::string& path) = 0;
  virtual void make_dir(const std::string& path) = 0;
  virtual void remove_dir(const std::string& path) = 0;
};

}  // namespace ftracectl
