#include "live/known_events.hpp"

#include "kernel/events.hpp"

namespace ftracectl {

void add_known_events(EventTable& table, Files& files, const std::vector<std::string>& events) {
  bool has_syscalls = false;
  for (const auto& event : events) {
    table.add(read_schema(files, event));
    has_syscalls = has_syscalls || event.starts_with("syscalls:");
  }
  const std::string witness = "syscalls:sys_enter_execve";
  if (has_syscalls && files.exists("events/syscalls/sys_enter_execve/format")) {
    table.learn_syscall_numbers(read_schema(files, witness));
  }
}

}  // namespace ftracectl
