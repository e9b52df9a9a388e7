#include <ftracectl/exec_record.hpp>

namespace ftracectl {

void ExecRecord::clear() {
  time = {};
  cpu = pid = tid = -1;
  pid_known = false;
  ppid.reset();
  uid.reset();
  comm.reset();
  syscall.clear();
  filename.reset();
  filename_from.clear();
  argv.reset();
  argv_from.clear();
  ret.reset();
  status = Status::unfinished;
  duration_ns.reset();
  new_comm.reset();
  filename_addr.reset();
  argv_addr.reset();
  kernel_stack.clear();
  user_stack.clear();
  truncated.clear();
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
