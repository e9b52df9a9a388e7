#include <ftracectl/exec_record.hpp>

namespace ftracectl {

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
