#include "kernel/event_state.hpp"

#include <algorithm>
#include <unordered_set>

#include "base/text.hpp"
#include "kernel/events.hpp"
#include "model/tracefs/plan.hpp"

namespace ftracectl {

namespace {

/// What is on in `trace_options` of a kernel that nobody has touched, seen on 5.10 to 7.3. The funcgraph ones
/// and those behind them appear only while their tracer is the current one.
constexpr std::string_view default_options[] = {
    "print-parent",   "trace_printk",       "annotate",      "context-info",
    "record-cmd",     "overwrite",          "irq-info",      "markers",
    "hash-ptr",       "function-trace",     "funcgraph-cpu", "funcgraph-overhead",
    "funcgraph-irqs", "funcgraph-duration", "sleep-time",    "graph-time",
};

bool is_default_option(std::string_view name, bool top_level) {
  // These two are on in the one buffer that takes the kernel's own trace_printk and the markers.
  if (name == "trace_printk_dest" || name == "copy_trace_marker") return top_level;
  return std::find(std::begin(default_options), std::end(default_options), name) != std::end(default_options);
}

/// "noirq-info" is irq-info switched off; no option's own name begins with "no".
std::vector<std::string> changed_options(std::string_view text, bool top_level) {
  std::vector<std::string> changed;
  for (const auto line : split_lines(text)) {
    const bool on = !line.starts_with("no");
    const auto name = on ? line : line.substr(2);
    if (on != is_default_option(name, top_level)) changed.emplace_back(line);
  }
  return changed;
}

std::vector<std::string> read_lines(Files& files, const std::string& path) {
  std::vector<std::string> lines;
  if (!files.exists(path)) return lines;
  const std::string text = files.read(path);
  for (const auto line : split_lines(text)) {
    if (!trim(line).empty()) lines.emplace_back(trim(line));
  }
  return lines;
}

/// The mask of that many cpus as the kernel prints it: "3", "ff", "f,ffffffff".
std::string full_cpumask(std::size_t cpus) {
  std::string digits = cpus % 4 == 0 ? "" : std::string(1, "0137"[cpus % 4]);
  digits += std::string(cpus / 4, 'f');
  for (std::size_t at = digits.size(); at > 8;) digits.insert(at -= 8, ",");
  return digits;
}

void read_cpumask(Files& files, const std::string& prefix, BufferState& state) {
  if (!files.exists(prefix + "tracing_cpumask")) return;
  state.full_cpumask = full_cpumask(files.list(prefix + "per_cpu").size());
  const std::string mask(trim(files.read(prefix + "tracing_cpumask")));
  if (mask != state.full_cpumask) state.cpumask = mask;
}

/// The events that have a filter, or the report of a refused one. 7.3 lists them in one file (its first word
/// is the event); elsewhere every filter file must be read, which takes 20 to 40 ms for 2,300 events.
std::vector<std::string> read_filtered_events(Files& files, const std::string& prefix,
                                              const std::vector<std::string>& available) {
  std::vector<std::string> filtered;
  if (files.exists(prefix + "show_event_filters")) {
    for (const auto& line : read_lines(files, prefix + "show_event_filters")) {
      filtered.push_back(line.substr(0, line.find_first_of(" \t")));
    }
    return filtered;
  }
  for (const auto& event : available) {
    if (files.read(event_folder(prefix, event) + "filter") != "none\n") filtered.push_back(event);
  }
  return filtered;
}

std::vector<EventState> read_event_states(Files& files, const std::string& prefix) {
  const auto available = read_available_events(files);
  const auto active = read_active_events(files, prefix);
  const auto filtered = read_filtered_events(files, prefix, available);
  std::unordered_set<std::string> touched(active.begin(), active.end());
  touched.insert(filtered.begin(), filtered.end());
  std::vector<EventState> states;
  for (const auto& event : available) {
    if (touched.count(event) > 0) states.push_back(read_event_state(files, prefix, event));
  }
  return states;
}

}  // namespace

EventState read_event_state(Files& files, const std::string& prefix, const std::string& event) {
  const std::string folder = event_folder(prefix, event);
  EventState state;
  state.event = event;
  const std::string enable = files.read(folder + "enable");
  state.on = enable.starts_with('1');
  state.active = state.on || enable.find('*') != std::string::npos;
  state.filter = parse_filter_text(files.read(folder + "filter"));
  // Every trigger puts its event under watch, so that the star in `enable` tells where none can be.
  if (enable.find('*') != std::string::npos) state.triggers = parse_triggers(files.read(folder + "trigger"));
  return state;
}

BufferState read_buffer_state(Files& files, const std::string& instance) {
  const std::string prefix = buffer_prefix(instance);
  BufferState state;
  state.instance = instance;
  state.tracing_on = trim(files.read(prefix + "tracing_on")) != "0";
  state.clock = parse_chosen(files.read(prefix + "trace_clock"));
  state.buffer_size = trim(files.read(prefix + "buffer_size_kb"));
  state.current_tracer = trim(files.read(prefix + "current_tracer"));
  read_cpumask(files, prefix, state);
  state.events = read_event_states(files, prefix);
  state.traced_pids = read_lines(files, prefix + "set_event_pid");
  state.untraced_pids = read_lines(files, prefix + "set_event_notrace_pid");
  state.options = changed_options(files.read(prefix + "trace_options"), instance.empty());
  state.dynamic_events = read_lines(files, prefix + "dynamic_events");
  return state;
}

std::vector<std::string> read_instances(Files& files) {
  return files.exists("instances") ? files.list("instances") : std::vector<std::string>();
}

}  // namespace ftracectl
