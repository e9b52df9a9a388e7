#include "support/live.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

namespace ftracectl::test {

void skip(const std::string& reason) {
  std::cout << "SKIPPED: " << reason << std::endl;
  std::_Exit(77);
}

std::string tracing_folder() {
  if (geteuid() != 0) skip("not root: tracefs cannot be written");
  for (const std::string folder : {"/sys/kernel/tracing", "/sys/kernel/debug/tracing"}) {
    if (std::filesystem::exists(folder + "/trace_pipe")) return folder;
  }
  skip("tracefs is not mounted: mount -t tracefs tracefs /sys/kernel/tracing");
}

int slowness() {
  const char* text = std::getenv("FTRACECTL_SLOWNESS");
  return text != nullptr ? std::max(1, std::atoi(text)) : 1;
}

bool eventually(const std::function<bool()>& holds, std::chrono::milliseconds limit) {
  using Clock = std::chrono::steady_clock;
  for (const auto deadline = Clock::now() + limit * slowness(); Clock::now() < deadline; usleep(5000)) {
    if (holds()) return true;
  }
  return holds();
}

bool is_capturing(pid_t session) {
  const std::string instance = tracing_folder() + "/instances/ftracectl-" + std::to_string(session);
  // Recording goes on when all else is set.
  return read_file(instance + "/set_event").find("sched_process_exit") != std::string::npos &&
         read_file(instance + "/tracing_on").starts_with("1");
}

bool reads_trace_pipe(pid_t process) {
  std::error_code error;
  const auto files = std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/fd", error);
  return std::any_of(begin(files), end(files), [&](const std::filesystem::directory_entry& file) {
    return std::filesystem::read_symlink(file.path(), error).filename() == "trace_pipe";
  });
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

bool write_file(const std::string& path, std::string_view text) {
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool written = write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  close(fd);
  return written;
}

ScratchInstance::ScratchInstance(const std::string& name)
    : name_(name), folder_(tracing_folder() + "/instances/" + name) {
  rmdir(folder_.c_str());
  if (mkdir(folder_.c_str(), 0700) != 0) throw std::runtime_error("cannot make " + folder_);
}

ScratchInstance::~ScratchInstance() {
  for (int attempt = 0; attempt < 100 && rmdir(folder_.c_str()) != 0 && errno == EBUSY; ++attempt) {
    usleep(10000);
  }
}

namespace {

/// read_file() without a stream: a snapshot reads thousands.
void append_file(std::string& to, const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  std::array<char, 4096> buffer;
  ssize_t got = 0;
  while (fd >= 0 && (got = read(fd, buffer.data(), buffer.size())) > 0) {
    to.append(buffer.data(), static_cast<std::size_t>(got));
  }
  if (fd >= 0) close(fd);
}

/// An emulator takes 1.5 s for the filters and triggers of 1,600 events: there, those that the tests touch.
bool is_looked_at(const std::string& event) {
  if (slowness() == 1) return true;
  return event.starts_with("sched:") || event.starts_with("task:") || event.find("exec") != std::string::npos;
}

/// The events with a filter or a trigger, with both. The names come from `available_events`: a walk through
/// the folders takes ten times as long.
std::string filters_and_triggers(const std::string& folder) {
  std::string found;
  std::istringstream events(read_file(tracing_folder() + "/available_events"));
  for (std::string event; std::getline(events, event);) {
    if (!is_looked_at(event)) continue;
    std::replace(event.begin(), event.end(), ':', '/');
    std::string filter;
    std::string trigger;
    append_file(filter, folder + "/events/" + event + "/filter");
    append_file(trigger, folder + "/events/" + event + "/trigger");
    if (filter != "none\n") found += event + " filter: " + filter;
    if (!trigger.starts_with("# Available triggers")) found += event + " trigger: " + trigger;
  }
  return found;
}

}  // namespace

std::string buffer_snapshot(const std::string& folder, bool deep) {
  std::string snapshot;
  for (const char* file : {"tracing_on", "set_event", "set_event_pid", "set_event_notrace_pid",
                           "trace_options", "trace_clock", "current_tracer"}) {
    snapshot += std::string(file) + ": ";
    append_file(snapshot, folder + "/" + file);
    snapshot += "\n";
  }
  if (deep) snapshot += filters_and_triggers(folder);
  return snapshot;
}

std::vector<std::string> instance_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(tracing_folder() + "/instances")) {
    names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string difference(const std::string& before, const std::string& after) {
  if (before == after) return {};
  const auto lines_missing_in = [](const std::string& other, const std::string& text, const char* mark) {
    std::string missing;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      if (("\n" + other).find("\n" + line + "\n") == std::string::npos) missing += mark + line + "\n";
    }
    return missing;
  };
  const std::string lines = lines_missing_in(after, before, "-") + lines_missing_in(before, after, "+");
  return lines.empty() ? "the same lines in another order" : lines;
}

std::string tracefs_snapshot() {
  const std::string folder = tracing_folder();
  std::string snapshot = buffer_snapshot(folder, true);
  for (const char* file : {"dynamic_events", "uprobe_events"}) {
    snapshot += std::string(file) + ": ";
    append_file(snapshot, folder + "/" + file);
    snapshot += "\n";
  }
  for (const auto& name : instance_names()) {
    snapshot += "instance " + name + "\n" + buffer_snapshot(folder + "/instances/" + name, false);
  }
  return snapshot;
}

}  // namespace ftracectl::test
