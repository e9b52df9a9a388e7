#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/wall_time.hpp"

namespace ftracectl {

/// What a run says of itself before its first record. What is not known is empty.
struct Start {
  std::string host;
  std::string boot_id;  ///< /proc/sys/kernel/random/boot_id: times of different boots cannot be compared
  std::string kernel;   ///< uname -r
  std::string version;  ///< of ftracectl
  std::string clock;    ///< trace_clock
  std::optional<std::uint64_t> started_ns;  ///< by that clock
  std::optional<WallOffset> wall;
  std::string command_line;          ///< as for a shell
  std::vector<std::string> events;   ///< that are recorded, "system:name"
  std::vector<std::string> selects;  ///< "kernel: comm == \"make\"", "records: --filename /usr/*"
};

}  // namespace ftracectl
