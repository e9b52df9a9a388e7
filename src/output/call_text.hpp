#pragma once

#include <string>

#include "records/call_record.hpp"

namespace ftracectl {

/// The line that strace prints: `openat(AT_FDCWD, "/etc/passwd", O_RDONLY|O_CLOEXEC) = 3`.
std::string call_text(const CallRecord& call);

}  // namespace ftracectl
