#pragma once

#include <string>
#include <vector>

#include "support/live.hpp"
#include "support/process.hpp"

namespace ftracectl::test {

inline const std::string exec_event = "syscalls:sys_enter_execve";

/// ftracectl ARGUMENTS --instance NAME
inline Finished control(const ScratchInstance& instance, std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--instance", instance.name()});
  return run_ftracectl(arguments);
}

/// A control file of exec_event in the instance: "filter", "trigger", "enable".
inline std::string read_event_file(const ScratchInstance& instance, const std::string& file) {
  return read_file(instance.folder() + "/events/syscalls/sys_enter_execve/" + file);
}

}  // namespace ftracectl::test
