#include "support/fake_tracefs.hpp"

#include <algorithm>
#include <cerrno>
#include <ftracectl/error.hpp>
#include <sstream>

#include "base/text.hpp"
#include "model/tracefs/plan.hpp"

namespace ftracectl::test {

namespace {

const std::map<std::string, std::set<std::string>>& fields_of_events() {
  static const std::map<std::string, std::set<std::string>> fields = {
      {"sched/sched_process_exec", {"common_pid", "comm", "filename", "pid", "old_pid"}},
      {"sched/sched_switch", {"common_pid", "comm", "prev_pid", "next_pid"}},
      {"syscalls/sys_enter_execve", {"common_pid", "comm", "filename", "argv", "envp"}},
      {"syscalls/sys_exit_execve", {"common_pid", "comm", "ret"}},
  };
  return fields;
}

[[noreturn]] void fail(const std::string& path, int fault, ErrorCode code = ErrorCode::failed) {
  throw Error(code, path + ": " + errno_text(fault), fault);
}

/// What the kernel finds wrong with a filter; an empty reason for a good one.
struct Fault {
  std::string reason;
  std::size_t column = 0;
  int number = 0;
};

/// Knows predicates joined by && and ||, and parentheses around them.
Fault find_fault(const std::string& filter, const std::set<std::string>& fields) {
  const auto open = std::count(filter.begin(), filter.end(), '(');
  const auto close = std::count(filter.begin(), filter.end(), ')');
  if (open > close) return {"Too many '('", filter.find('('), ENOENT};
  if (close > open) return {"Too few '('", filter.rfind(')'), EPERM};
  std::size_t at = 0;
  while (at < filter.size()) {
    at = std::min(filter.find_first_not_of(" (!", at), filter.size());
    const auto end = std::min(filter.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", at), filter.size());
    if (end == at) return {"Error", 0, EPERM};
    if (fields.count(filter.substr(at, end - at)) == 0) return {"Field not found", end + 1, EINVAL};
    const auto next = std::min(filter.find("&&", end), filter.find("||", end));
    at = next == std::string::npos ? filter.size() : next + 2;
  }
  return {};
}

std::string refused_text(const std::string& filter, const Fault& fault) {
  if (fault.reason == "Error") return filter + "\nError: (0)\n\n";
  const std::string caret(std::min(fault.column, filter.size()), ' ');
  return filter + "\n" + caret + "^\nparse_error: " + fault.reason + "\n\n";
}

std::string read_back(const Trigger& trigger) {
  std::string text = trigger.action;
  text += trigger.count ? ":count=" + std::to_string(*trigger.count) : ":unlimited";
  if (!trigger.condition.empty()) text += " if " + trigger.condition;
  return text + "\n";
}

bool is_known_action(const std::string& action) {
  return action == "stacktrace" || action == "traceon" || action == "traceoff" || action == "snapshot" ||
         action.starts_with("enable_event:") || action.starts_with("disable_event:");
}

const std::vector<std::string> clocks = {"local", "global", "counter", "mono"};

}  // namespace

FakeTracefs::FakeTracefs() {
  make_dir("instances/");  // the top-level buffer, by its empty name
  operations_ = 0;
}

void FakeTracefs::count(const std::string& what) {
  if (before_operation) before_operation(what);
  ++operations_;
  const bool due = fail_at_ > 0 && (operations_ == fail_at_ || (fail_after_ && operations_ > fail_at_));
  if (due) fail(what, EIO);
}

void FakeTracefs::fail_at(int k, bool and_all_after) {
  operations_ = 0;
  fail_at_ = k;
  fail_after_ = and_all_after;
}

FakeTracefs::Place FakeTracefs::find(const std::string& path) {
  std::string rest = path;
  std::string instance;
  if (rest.starts_with("instances/") && rest.size() > 10) {
    const auto end = std::min(rest.find('/', 10), rest.size());
    instance = rest.substr(10, end - 10);
    rest = rest.substr(std::min(end + 1, rest.size()));
  }
  const auto buffer = buffers_.find(instance);
  if (buffer == buffers_.end()) return {};
  Place place{&buffer->second, nullptr, "", rest};
  if (!rest.starts_with("events/")) return place;
  const auto file = rest.rfind('/');
  place.event_name = rest.substr(7, file > 7 ? file - 7 : 0);
  place.file = rest.substr(file + 1);
  const auto event = place.buffer->events.find(place.event_name);
  if (event != place.buffer->events.end()) place.event = &event->second;
  return place;
}

bool FakeTracefs::exists(const std::string& path) {
  count("exists " + path);
  const auto place = find(path);
  if (place.buffer == nullptr) return false;
  if (place.event != nullptr || path == "dynamic_events") return true;
  if (place.file.empty() || path == "instances" || place.file == "events") return true;
  return place.buffer->scalars.count(place.file) > 0 || place.file == "set_event_pid" ||
         place.file == "set_event_notrace_pid" || place.file == "set_event" || place.file == "error_log" ||
         path == "available_events";
}

std::string FakeTracefs::read(const std::string& path) {
  count("read " + path);
  const auto place = find(path);
  if (place.buffer == nullptr) fail(path, ENOENT);
  if (path == "dynamic_events") return join(probes_, "\n");
  const std::string text = place.event != nullptr ? read_event(place) : read_buffer(place);
  if (after_operation) after_operation("read " + path);
  return text;
}

std::string FakeTracefs::read_event(const Place& place) {
  const Event& event = *place.event;
  if (place.file == "enable")
    return std::string(event.on ? "1" : "0") + (event.triggers.empty() ? "\n" : "*\n");
  if (place.file == "filter") return event.filter;
  if (place.file != "trigger") fail(place.file, ENOENT);
  if (event.triggers.empty()) return "# Available triggers:\n# traceon traceoff stacktrace enable_event\n";
  std::string text;
  for (const auto& trigger : event.triggers) text += read_back(trigger);
  return text;
}

std::string FakeTracefs::read_buffer(const Place& place) {
  const Buffer& buffer = *place.buffer;
  std::string text;
  if (place.file == "available_events" || place.file == "set_event") {
    for (const auto& [name, event] : buffer.events) {
      const bool listed = place.file == "available_events" || event.on || !event.triggers.empty();
      if (listed) text += name.substr(0, name.find('/')) + ":" + name.substr(name.find('/') + 1) + "\n";
    }
    return text;
  }
  if (place.file == "set_event_pid") {
    for (const long pid : buffer.pids) text += std::to_string(pid) + "\n";
    return text;
  }
  if (place.file == "set_event_notrace_pid") {
    for (const long pid : buffer.untraced_pids) text += std::to_string(pid) + "\n";
    return text;
  }
  if (place.file == "trace_options") {
    for (const auto& [name, value] : buffer.scalars) {
      if (name.starts_with("options/")) text += (value == "1" ? "" : "no") + name.substr(8) + "\n";
    }
    return text;
  }
  if (place.file == "error_log") {
    for (const auto& entry : buffer.errors) text += entry;
    return text;
  }
  const auto scalar = buffer.scalars.find(place.file);
  if (scalar == buffer.scalars.end()) fail(place.file, ENOENT);
  if (place.file != "trace_clock") return scalar->second + "\n";
  for (const auto& clock : clocks) {
    text += (text.empty() ? "" : " ") + (clock == scalar->second ? "[" + clock + "]" : clock);
  }
  return text + "\n";
}

void FakeTracefs::write(const std::string& path, std::string_view value) {
  const std::string what = "write " + path + " " + std::string(value);
  count(what);
  const auto place = find(path);
  const std::string text(trim(value));
  if (place.buffer == nullptr) fail(path, ENOENT);
  const auto done = [&] {
    if (after_operation) after_operation(what);
  };
  if (path == ignored_) return done();
  try {
    if (path == "dynamic_events") {
      write_probe(text);
    } else if (place.event == nullptr) {
      write_scalar(place, text);
    } else if (place.file == "filter") {
      write_filter(place, text);
    } else if (place.file == "trigger") {
      write_trigger(place, text);
    } else if (place.file == "enable" && (text == "0" || text == "1")) {
      place.event->on = text == "1";
    } else {
      fail(path, EINVAL);
    }
  } catch (const Error&) {
    done();
    throw;
  }
  done();
}

void FakeTracefs::log_error(Buffer& buffer, const std::string& reason, const std::string& command,
                            std::size_t column) {
  ++seconds_;
  buffer.errors.push_back("[   " + std::to_string(seconds_) + ".000001] event filter parse error: error: " +
                          reason + "\n  Command: " + command + "\n" + std::string(11 + column, ' ') + "^\n");
  if (buffer.errors.size() > 8) buffer.errors.erase(buffer.errors.begin());
}

void FakeTracefs::write_filter(const Place& place, const std::string& value) {
  if (value == "0") {
    place.event->filter = "none\n";
    return;
  }
  const auto fault = find_fault(value, fields_of_events().at(place.event_name));
  if (fault.reason.empty()) {
    place.event->filter = value + "\n";
    return;
  }
  place.event->filter = refused_text(value, fault);
  log_error(*place.buffer, fault.reason, value, fault.column);
  fail(place.event_name + "/filter: " + fault.reason, fault.number, ErrorCode::rejected);
}

void FakeTracefs::write_trigger(const Place& place, const std::string& value) {
  const bool removes = value.starts_with('!');
  auto trigger = parse_trigger(removes ? value.substr(1) : value);
  const std::string where = place.event_name + "/trigger";
  if (!is_known_action(trigger.action)) fail(where, EINVAL, ErrorCode::rejected);
  auto& triggers = place.event->triggers;
  const auto same_kind = [&](const Trigger& there) { return there.kind() == trigger.kind(); };
  if (removes) {
    std::erase_if(triggers, same_kind);
    return;
  }
  if (value.find(":unlimited") != std::string::npos || value.find(":count=") != std::string::npos) {
    fail(where, EINVAL, ErrorCode::rejected);
  }
  if (std::any_of(triggers.begin(), triggers.end(), same_kind)) fail(where, EEXIST, ErrorCode::rejected);
  if (!trigger.condition.empty()) {
    const auto fault = find_fault(trigger.condition, fields_of_events().at(place.event_name));
    if (!fault.reason.empty()) fail(where + ": " + fault.reason, fault.number, ErrorCode::rejected);
  }
  triggers.insert(triggers.begin(), trigger);
}

/// The kernel lists a probe as it was defined, the offset with leading zeros. An event may be at several
/// places, a line for each; those behind one that is refused are not looked at.
void FakeTracefs::write_probe(const std::string& text) {
  for (const auto line : split_lines(text)) write_probe_line(std::string(line));
}

void FakeTracefs::write_probe_line(const std::string& line) {
  const std::string name = probe_name(line);
  const auto is_of_event = [&](const std::string& probe) { return probe_name(probe) == name; };
  const auto place_of = [](const std::string& probe) { return std::string(split(probe, ' ').at(1)); };
  if (line.starts_with("-:")) {
    if (std::erase_if(probes_, is_of_event) == 0) fail("dynamic_events", ENOENT);
    return;
  }
  if (!line.starts_with("p:")) fail("dynamic_events", EINVAL);
  for (const auto& probe : probes_) {
    if (is_of_event(probe) && place_of(probe) == place_of(line)) fail("dynamic_events", EEXIST);
  }
  probes_.push_back(line);
}

void FakeTracefs::write_scalar(const Place& place, const std::string& value) {
  const auto number = parse_number<long>(value);
  if (place.file == "set_event_pid" || place.file == "set_event_notrace_pid") {
    std::set<long> pids;
    std::istringstream words(value);
    for (std::string word; words >> word;) {
      const auto pid = parse_number<long>(word);
      if (!pid || *pid < 0) fail(place.file, EINVAL);
      pids.insert(*pid);
    }
    auto& listed = place.file == "set_event_pid" ? place.buffer->pids : place.buffer->untraced_pids;
    listed.insert(pids.begin(), pids.end());
    return;
  }
  if (place.buffer->scalars.count(place.file) == 0) fail(place.file, ENOENT);
  std::string& held = place.buffer->scalars[place.file];
  if (place.file == "trace_clock") {
    if (std::find(clocks.begin(), clocks.end(), value) == clocks.end()) fail(place.file, EINVAL);
    held = value;
  } else if (place.file == "tracing_on") {
    if (!number) fail(place.file, EINVAL);
    held = *number != 0 ? "1" : "0";
  } else if (place.file == "buffer_size_kb") {
    if (!number || *number < 1) fail(place.file, EINVAL);
    // Whole pages of 4,080 usable bytes, at least two of them.
    const long pages = std::max(2L, (*number * 1024 + 4079) / 4080);
    held = std::to_string(pages * 4080 / 1024);
  } else if (place.file == "current_tracer") {
    if (value != "nop" && value != "function") fail(place.file, EINVAL);
    held = value;
  } else if (place.file == "tracing_cpumask") {
    if (value.find_first_not_of("0123") != std::string::npos) fail(place.file, EINVAL);
    held = value;
  } else {
    if (value != "0" && value != "1") fail(place.file, EINVAL);
    held = value;
  }
}

void FakeTracefs::truncate(const std::string& path) {
  count("truncate " + path);
  const auto place = find(path);
  if (place.buffer == nullptr) fail(path, ENOENT);
  if (place.file == "set_event_pid") place.buffer->pids.clear();
  if (place.file == "set_event_notrace_pid") place.buffer->untraced_pids.clear();
  if (place.file == "error_log") place.buffer->errors.clear();
  if (place.file == "set_event") {
    for (auto& [name, event] : place.buffer->events) event.on = false;
  }
  if (after_operation) after_operation("truncate " + path);
}

std::vector<std::string> FakeTracefs::list(const std::string& path) {
  count("list " + path);
  std::vector<std::string> names;
  if (path.ends_with("per_cpu")) return {"cpu0", "cpu1"};
  if (path.ends_with("options")) {
    for (const auto& [name, value] : buffers_.at("").scalars) {
      if (name.starts_with("options/")) names.push_back(name.substr(8));
    }
    return names;
  }
  if (path != "instances") fail(path, ENOENT);
  for (const auto& [name, buffer] : buffers_) {
    if (!name.empty()) names.push_back(name);
  }
  return names;
}

void FakeTracefs::make_dir(const std::string& path) {
  count("mkdir " + path);
  const std::string name = path.substr(std::min<std::size_t>(path.size(), 10));
  if (!path.starts_with("instances/") || name.find('/') != std::string::npos) fail(path, ENOENT);
  if (!name.empty() && buffers_.count(name) > 0) fail(path, EEXIST);
  Buffer buffer;
  for (const auto& [event, fields] : fields_of_events()) buffer.events[event] = {};
  buffer.scalars = {{"tracing_on", "1"}, {"trace_clock", "local"}, {"options/event-fork", "0"}};
  buffer.scalars.insert({{"options/irq-info", "1"}, {"options/stacktrace", "0"}});
  buffer.scalars.insert({{"current_tracer", "nop"}, {"tracing_cpumask", "3"}});
  buffer.scalars["buffer_size_kb"] = name.empty() ? "7 (expanded: 1408)" : "1410";
  buffers_[name] = buffer;
  if (after_operation) after_operation("mkdir " + path);
}

void FakeTracefs::remove_dir(const std::string& path) {
  count("rmdir " + path);
  const std::string name = path.substr(std::min<std::size_t>(path.size(), 10));
  if (busy_ > 0) {
    --busy_;
    fail(path, EBUSY, ErrorCode::busy);
  }
  if (name.empty() || buffers_.erase(name) == 0) fail(path, ENOENT);
  if (after_operation) after_operation("rmdir " + path);
}

std::string FakeTracefs::snapshot() const {
  std::ostringstream text;
  for (const auto& probe : probes_) text << probe << "\n";
  for (const auto& [name, buffer] : buffers_) {
    text << "buffer '" << name << "'\n";
    for (const auto& [file, value] : buffer.scalars) text << "  " << file << " " << value << "\n";
    for (const long pid : buffer.pids) text << "  pid " << pid << "\n";
    for (const long pid : buffer.untraced_pids) text << "  not pid " << pid << "\n";
    for (const auto& [event, state] : buffer.events) {
      text << "  " << event << " " << state.on << " " << state.filter;
      std::set<std::string> triggers;  // the kernel lists the newest first
      for (const auto& trigger : state.triggers) triggers.insert(read_back(trigger));
      for (const auto& trigger : triggers) text << "    " << trigger;
    }
  }
  return text.str();
}

}  // namespace ftracectl::test
