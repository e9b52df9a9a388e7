#include <algorithm>
#include <array>
#include <ftracectl/exec_record.hpp>

namespace ftracectl {

namespace {

/// In the order of ValueSource.
constexpr std::array<std::string_view, 6> source_names = {
    "", "sched_process_exec", "kernel", "uprobe", "eprobe", "proc"};

}  // namespace

std::string_view value_source_name(ValueSource source) {
  return source_names.at(static_cast<std::size_t>(source));
}

ValueSource value_source_named(std::string_view name) {
  const auto found = std::find(source_names.begin(), source_names.end(), name);
  return found != source_names.end() ? static_cast<ValueSource>(found - source_names.begin())
                                     : ValueSource::none;
}

void ExecRecord::clear() {
  time = {};
  cpu = pid = tid = -1;
  pid_known = false;
  ppid.reset();
  uid.reset();
  uid_read_ns.reset();
  comm.reset();
  syscall = Syscall::unknown;
  filename.reset();
  filename_from = ValueSource::none;
  argv.reset();
  argv_from = ValueSource::none;
  ret.reset();
  status = Status::unfinished;
  duration_ns.reset();
  new_comm.reset();
  filename_addr.reset();
  argv_addr.reset();
  kernel_stack.clear();
  user_stack.clear();
  truncated.clear();
  if (!place_keys.any()) return;
  place = {};
  place_keys = {};
}

const char* status_name(ExecRecord::Status status) {
  switch (status) {
    case ExecRecord::Status::ok:
      return "ok";
    case ExecRecord::Status::failed:
      return "failed";
    case ExecRecord::Status::unfinished:
      break;
  }
  return "unfinished";
}

}  // namespace ftracectl
