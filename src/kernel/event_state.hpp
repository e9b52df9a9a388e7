#pragma once

#include <string>
#include <vector>

#include "kernel/files.hpp"
#include "model/tracefs/control_text.hpp"

namespace ftracectl {

/// How one event stands in one buffer.
struct EventState {
  std::string event;    ///< "system:name"
  bool on = false;      ///< it is recorded
  bool active = false;  ///< on, or watched for a trigger of its own or another event's
  FilterText filter;
  std::vector<Trigger> triggers;

  /// Nothing was done to it.
  bool is_plain() const {
    return !active && filter.expression.empty() && filter.reason.empty() && triggers.empty();
  }
};

/// Reads all three files of the event. `prefix` as of buffer_prefix().
EventState read_event_state(Files& files, const std::string& prefix, const std::string& event);

/// How a whole buffer stands. Sources: the files of the same names.
struct BufferState {
  std::string instance;  ///< empty for the top-level buffer
  bool tracing_on = false;
  std::string clock;
  std::string buffer_size;  ///< of buffer_size_kb, as it reads: "1410", "7 (expanded: 1408)", "X"
  std::string current_tracer;
  std::string cpumask;                      ///< tracing_cpumask where it leaves cpus out; empty otherwise
  std::string full_cpumask;                 ///< what it would read if it did not
  std::vector<EventState> events;           ///< those that are not plain, in the kernel's order
  std::vector<std::string> traced_pids;     ///< set_event_pid
  std::vector<std::string> untraced_pids;   ///< set_event_notrace_pid
  std::vector<std::string> options;         ///< that differ from the default: "event-fork", "noirq-info"
  std::vector<std::string> dynamic_events;  ///< probes, which only the top-level buffer lists
};

BufferState read_buffer_state(Files& files, const std::string& instance);

/// The names of all instances.
std::vector<std::string> read_instances(Files& files);

}  // namespace ftracectl
