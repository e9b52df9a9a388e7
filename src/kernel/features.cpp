#include "kernel/features.hpp"

#include <algorithm>
#include <ftracectl/error.hpp>

#include "base/text.hpp"
#include "kernel/environment.hpp"
#include "kernel/events.hpp"
#include "model/tracefs/control_text.hpp"
#include "model/tracefs/plan.hpp"

namespace ftracectl {

namespace {

/// By what a feature is known.
enum class Sign {
  file,        ///< this file is in the tracing folder
  event_file,  ///< this file is in an event's folder
  event,       ///< this event is in available_events
  readme,      ///< the README has these words; the kernel puts them there where the feature was built in
  eprobes,     ///< the README, and the kernel's functions
  strings,     ///< an event with strings of its own, or probes that fetch them
  trigger,     ///< the list in an event's trigger file has this word
  option,      ///< trace_options has this word
  clock,       ///< trace_clock has this word
  tracer,      ///< available_tracers has this word
};

struct Row {
  std::string_view group;
  std::string_view name;
  Sign sign;
  std::string_view what;
};

// A new feature is one row.
constexpr Row table[] = {
    {"events", "events", Sign::file, "events"},
    {"events", "instances", Sign::file, "instances"},
    {"events", "filters", Sign::event_file, "filter"},
    {"events", "set_event_pid", Sign::file, "set_event_pid"},
    {"events", "set_event_notrace_pid", Sign::file, "set_event_notrace_pid"},
    {"events", "error_log", Sign::file, "error_log"},
    {"events", "syscall events", Sign::event, "syscalls:sys_enter_execve"},
    {"events", "sched_process_exec", Sign::event, "sched:sched_process_exec"},
    {"events", "sched_prepare_exec", Sign::event, "sched:sched_prepare_exec"},
    {"triggers", "traceon", Sign::trigger, "traceon"},
    {"triggers", "traceoff", Sign::trigger, "traceoff"},
    {"triggers", "stacktrace", Sign::trigger, "stacktrace"},
    {"triggers", "snapshot", Sign::trigger, "snapshot"},
    {"triggers", "enable_event", Sign::trigger, "enable_event"},
    {"triggers", "disable_event", Sign::trigger, "disable_event"},
    {"triggers", "enable_hist", Sign::trigger, "enable_hist"},
    {"triggers", "disable_hist", Sign::trigger, "disable_hist"},
    {"triggers", "hist", Sign::event_file, "hist"},
    {"probes", "dynamic events", Sign::file, "dynamic_events"},
    {"probes", "uprobes", Sign::file, "uprobe_events"},
    {"probes", "kprobes", Sign::file, "kprobe_events"},
    {"probes", "eprobes", Sign::eprobes, "e[:["},
    {"probes", "strings of system calls", Sign::strings, "syscalls:sys_enter_openat"},
    {"probes", "fprobes", Sign::readme, "f[:[<group>/][<event>]] <func-name>"},
    {"probes", "synthetic events", Sign::file, "synthetic_events"},
    {"buffers", "trace_pipe", Sign::file, "trace_pipe"},
    {"buffers", "raw pages", Sign::file, "per_cpu/cpu0/trace_pipe_raw"},
    {"buffers", "snapshot", Sign::file, "snapshot"},
    {"buffers", "buffer_percent", Sign::file, "buffer_percent"},
    {"buffers", "buffer_subbuf_size_kb", Sign::file, "buffer_subbuf_size_kb"},
    {"buffers", "free_buffer", Sign::file, "free_buffer"},
    {"options", "event-fork", Sign::option, "event-fork"},
    {"options", "stacktrace", Sign::option, "stacktrace"},
    {"options", "userstacktrace", Sign::option, "userstacktrace"},
    {"options", "fields", Sign::option, "fields"},
    {"options", "disable_on_free", Sign::option, "disable_on_free"},
    {"options", "record-tgid", Sign::option, "record-tgid"},
    {"clocks", "local", Sign::clock, "local"},
    {"clocks", "global", Sign::clock, "global"},
    {"clocks", "mono", Sign::clock, "mono"},
    {"clocks", "mono_raw", Sign::clock, "mono_raw"},
    {"clocks", "boot", Sign::clock, "boot"},
    {"clocks", "tai", Sign::clock, "tai"},
    {"tracers", "function", Sign::tracer, "function"},
    {"tracers", "function_graph", Sign::tracer, "function_graph"},
};

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!(text = trim(text)).empty()) {
    const auto end = std::min(text.find_first_of(" \t\n"), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return words;
}

bool has(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// What is looked at more than once, read once.
struct Look {
  Files& files;
  KernelHints hints;
  std::vector<std::string> events;
  std::vector<std::string> trigger_names;
  std::string trigger_event;  ///< the event whose trigger file gave the names
  std::vector<std::string> options;
  std::vector<std::string> clocks;
  std::vector<std::string> tracers;
  std::string readme;
};

/// Without the rights to read a file, what it would tell is not to be had.
std::string read_or_empty(Files& files, const std::string& path) {
  try {
    return files.exists(path) ? files.read(path) : std::string();
  } catch (const Error&) {
    return {};
  }
}

/// "noblock" and "block" are one option.
std::vector<std::string> option_names(std::string_view text) {
  auto names = words_of(text);
  for (auto& name : names) {
    if (name.starts_with("no")) name.erase(0, 2);
  }
  return names;
}

/// Only a file without any trigger tells which there are: a few events are tried.
void look_for_triggers(Look& look) {
  constexpr std::size_t enough = 50;
  for (std::size_t i = 0; i < std::min(enough, look.events.size()); ++i) {
    const std::string path = event_folder("", look.events[i]) + "trigger";
    const std::string names = parse_available_triggers(read_or_empty(look.files, path));
    if (names.empty()) continue;
    look.trigger_names = words_of(names);
    look.trigger_event = look.events[i];
    return;
  }
}

Look look_at(Files& files, const KernelHints& hints) {
  Look look{files, hints, words_of(read_or_empty(files, "available_events")), {}, "", {}, {}, {}, ""};
  look_for_triggers(look);
  look.options = option_names(read_or_empty(files, "trace_options"));
  look.clocks = read_clocks(files, "");
  look.tracers = words_of(read_or_empty(files, "available_tracers"));
  look.readme = read_or_empty(files, "README");
  return look;
}

bool is_there(Files& files, const std::string& path) {
  try {
    return files.exists(path);
  } catch (const Error&) {
    return false;
  }
}

void find_eprobes(Feature& feature, const Look& look, std::string_view words) {
  const bool described = look.readme.find(words) != std::string::npos;
  feature.known_by = described ? "README describes them" : "README does not describe them";
  feature.present = described && look.hints.has_eprobe_functions.value_or(true);
  if (!described || !look.hints.has_eprobe_functions) return;
  feature.known_by +=
      *look.hints.has_eprobe_functions ? ", kallsyms has them" : ", and kallsyms does not have them";
}

/// As live/argument_probes.hpp chooses among them.
void find_strings(Feature& feature, const Look& look, const std::string& event) {
  Feature eprobes;
  find_eprobes(eprobes, look, "e[:[");
  feature.present = true;
  if (read_or_empty(look.files, event_folder("", event) + "format").find("__filename_val") !=
      std::string::npos) {
    feature.known_by = "field of " + event;
  } else if (eprobes.present && is_there(look.files, "buffer_subbuf_size_kb")) {
    feature.known_by = "eprobes";
  } else if (is_there(look.files, "kprobe_events")) {
    feature.known_by = "kprobes";
  } else {
    feature.present = false;
    feature.known_by = "no field of " + event + ", no eprobes, no kprobes: records of calls have addresses";
  }
}

void find_event_file(Feature& feature, const Look& look, const std::string& name) {
  if (look.events.empty()) {
    feature.known_by = "no event to look at";
    return;
  }
  // The ftrace system's own events have neither: the first that can be switched on tells.
  feature.present = is_there(look.files, event_folder("", look.events.front()) + name);
  feature.known_by = "file " + name + " of " + look.events.front();
}

Feature find(const Row& row, const Look& look) {
  Feature feature{std::string(row.group), std::string(row.name), false, ""};
  const std::string what(row.what);
  const auto known = [&](bool present, const std::string& by) {
    feature.present = present;
    feature.known_by = by;
  };
  switch (row.sign) {
    case Sign::file:
      known(is_there(look.files, what), "file " + what);
      break;
    case Sign::event_file:
      find_event_file(feature, look, what);
      break;
    case Sign::event:
      known(has(look.events, what), "available_events");
      break;
    case Sign::readme:
      known(look.readme.find(what) != std::string::npos, "README");
      break;
    case Sign::eprobes:
      find_eprobes(feature, look, what);
      break;
    case Sign::strings:
      find_strings(feature, look, what);
      break;
    case Sign::trigger:
      known(has(look.trigger_names, what), look.trigger_event.empty()
                                               ? "no trigger file lists them"
                                               : "list of triggers of " + look.trigger_event);
      break;
    case Sign::option:
      known(has(look.options, what), "trace_options");
      break;
    case Sign::clock:
      known(has(look.clocks, what), "trace_clock");
      break;
    case Sign::tracer:
      known(has(look.tracers, what), "available_tracers");
      break;
  }
  return feature;
}

}  // namespace

KernelHints read_kernel_hints() {
  KernelHints hints;
  hints.has_eprobe_functions = kernel_has_function("eprobe_dyn_event_create");
  return hints;
}

std::vector<Feature> read_features(Files& files, const KernelHints& hints) {
  const Look look = look_at(files, hints);
  std::vector<Feature> features;
  for (const auto& row : table) features.push_back(find(row, look));
  return features;
}

std::vector<std::string> read_clocks(Files& files, const std::string& prefix) {
  auto clocks = words_of(read_or_empty(files, prefix + "trace_clock"));
  for (auto& clock : clocks) {
    if (clock.starts_with('[')) clock = clock.substr(1, clock.size() - 2);
  }
  return clocks;
}

}  // namespace ftracectl
