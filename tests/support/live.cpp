#include "support/live.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <vector>

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

std::string tracefs_snapshot() {
  const std::string folder = tracing_folder();
  std::ostringstream snapshot;
  for (const char* file : {"tracing_on", "set_event", "set_event_pid", "trace_options", "trace_clock",
                           "current_tracer", "dynamic_events", "uprobe_events"}) {
    snapshot << file << ": " << read_file(folder + "/" + file) << "\n";
  }
  for (const char* event :
       {"syscalls/sys_enter_execve", "syscalls/sys_enter_execveat", "syscalls/sys_exit_execve",
        "syscalls/sys_exit_execveat", "sched/sched_process_exec", "sched/sched_process_exit",
        "task/task_newtask", "task/task_rename"}) {
    for (const char* file : {"enable", "filter", "trigger"}) {
      snapshot << event << "/" << file << ": " << read_file(folder + "/events/" + event + "/" + file);
    }
  }
  std::vector<std::string> instances;
  for (const auto& entry : std::filesystem::directory_iterator(folder + "/instances")) {
    instances.push_back(entry.path().filename());
  }
  std::sort(instances.begin(), instances.end());
  for (const auto& name : instances) snapshot << "instance: " << name << "\n";
  return snapshot.str();
}

}  // namespace ftracectl::test
