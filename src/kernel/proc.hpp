#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ftracectl {

/// What /proc/TID/status says of a task, now. It outlives the task's memory: a zombie still has it.
struct ProcessStatus {
  std::int32_t pid = -1;  ///< thread group
  std::int32_t ppid = -1;
  std::uint32_t uid = 0;  ///< real
  std::string comm;       ///< with the escapes of the file undone
};

/// Nothing when there is no such task (any more).
std::optional<ProcessStatus> read_process_status(pid_t tid);

struct CommandLine {
  std::vector<std::string> arguments;
  bool truncated = false;  ///< longer than what is read of it
};

/// The arguments of a running program, from /proc/PID/cmdline. Nothing when the process is gone, is a zombie
/// or a kernel thread: an empty file is not the same as no arguments.
std::optional<CommandLine> read_command_line(pid_t pid);

/// The task's name, from /proc/TID/comm.
std::optional<std::string> read_comm(pid_t tid);

/// Whether its program is a 64-bit one, by /proc/TID/exe; true where there is none, as of a kernel thread. The system
/// calls of the others are in no trace.
bool runs_in_64_bits(pid_t tid);

/// Where /proc/TID/cwd leads: the working folder, as the kernel writes it (" (deleted)" behind one that was
/// removed). Nothing for a zombie.
std::optional<std::string> read_working_folder(pid_t tid);

/// The path of /proc/TID/cgroup that tells most (model/tracefs/cgroup.hpp). Outlives the task's memory.
std::optional<std::string> read_cgroup(pid_t tid);

/// The threads of a process, from /proc/PID/task; empty when there is no such process.
std::vector<pid_t> read_threads(pid_t pid);

/// All threads that these processes have now. Throws Error(failed), naming it, for one that does not exist.
std::vector<pid_t> read_all_threads(const std::vector<pid_t>& pids);

/// All processes, from /proc.
std::vector<pid_t> read_processes();

}  // namespace ftracectl
