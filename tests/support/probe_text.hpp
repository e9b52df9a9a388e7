#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ftracectl::test {

/// A call of execve() as the probe of model/tracefs/exec_probe.hpp prints it.
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

/// A call as an eprobe of it prints it. What cannot be read is an empty optional, and of an unreadable array
/// the pointers are what the buffer held before.
struct EprobedCall {
  std::uint64_t filename_addr = 0x4e7220;
  std::uint64_t argv_addr = 0x7ffd0;
  std::optional<std::string> filename;
  std::vector<std::optional<std::string>> argv;
  std::vector<std::uint64_t> pointers = {};  ///< instead of those of argv and the null
  std::string behind = "PATH=/bin";          ///< the strings that pointers behind the null lead to
};

inline constexpr std::uint64_t eprobe_nonce = 0x9fedcba987654321;
inline constexpr const char* eprobe_name = "execve_9fedcba987654321";

/// "execve_9fedcba987654321: (syscalls.sys_enter_execve) file=0x4e7220 argv=0x7ffd0 p0=0x… n="…" zn=0x9f… …"
std::string eprobe_text(const EprobedCall& call);

}  // namespace ftracectl::test
