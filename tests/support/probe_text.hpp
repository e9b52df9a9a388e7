#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ftracectl::test {

/// A call of execve() as the probe of model/exec_probe.hpp prints it.
struct ProbedCall {
  std::uint64_t filename_addr = 0x4e7220;
  std::uint64_t argv_addr = 0x7ffd0;
  std::string filename;
  std::vector<std::string> argv;
  /// What lies behind each string and behind the null of argv, as a program's memory has it.
  std::string behind = std::string(1, '\0') + "SECRET=1";
};

/// "execve: (0x7ffa37e03ad0) file=0x4e7220 argv=0x7ffd0 n0={0x...} ..."
std::string probe_text(const ProbedCall& call);

}  // namespace ftracectl::test
