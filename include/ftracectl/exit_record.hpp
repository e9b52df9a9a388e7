#pragma once

#include <cstdint>
#include <ftracectl/event.hpp>
#include <ftracectl/export.hpp>
#include <optional>
#include <string>

namespace ftracectl FTRACECTL_PUBLIC {

/// The end of a process: of its last thread.
struct ExitRecord {
  Timestamp time;
  int cpu = -1;
  std::int32_t pid = -1;                     ///< the thread group
  std::int32_t tid = -1;                     ///< its last thread
  std::optional<std::int32_t> ppid;          ///< the parent's thread group, as it was when the process began
  std::optional<std::string> comm;           ///< its name at the end
  std::optional<int> exit_code;              ///< 0 to 255, of one that called exit()
  std::optional<int> signal;                 ///< of one that a signal ended, where it was seen to be sent
  std::optional<std::uint64_t> lifetime_ns;  ///< from its fork; nothing where that was not seen
};

}  // namespace ftracectl
