#pragma once

#include <cstdint>
#include <ftracectl/exec_record.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ftracectl {

/// What the probe of model/tracefs/exec_probe.hpp fetched of one call.
struct FetchedExec {
  struct Argument {
    std::uint64_t address = 0;
    std::string text;         ///< up to its end, or as much as is fetched of it
    bool is_cut = false;      ///< it goes on
    bool is_missing = false;  ///< nothing but zeros: an empty string, or an address that cannot be read
  };
  ValueSource source = ValueSource::uprobe;
  bool arguments_are_known = true;  ///< an eprobe could not read some of them
  std::uint64_t filename_addr = 0;
  std::uint64_t argv_addr = 0;
  Argument filename;
  std::vector<Argument> arguments;  ///< up to the null that ends them
  bool has_more = false;            ///< there are more arguments than are fetched

  bool is_of_eprobe() const { return source == ValueSource::eprobe; }
};

/// Reads the probe's message:
///     execve: (0x7ffa37e03ad0) file=0x55bc6509 argv=0x55bc650c n0={0x68732f6e69622f,0x0,...} n1={...}
///     p0=0x55bc6512 a0={0x68732f6e69622f,0x0,...} p1=0x0 a1={0x0,...} ...            (one line)
/// Nothing where it is none.
std::optional<FetchedExec> parse_fetched_exec(std::string_view message);

/// Reads the message of an eprobe of model/tracefs/exec_probe.hpp that has this number:
///     execve_7f…: (syscalls.sys_enter_execve) file=0x35cf argv=0x35d0 p0=0x35d3 p1=0x0 ... p15=0x0
///     n="/bin/sh" zn=0x7f… s0="sh" z0=0x7f… s1=(fault) z1=0x7f… ...            (one line, but for the
///     strings' own)
std::optional<FetchedExec> parse_eprobe_exec(std::string_view message, std::uint64_t nonce);

}  // namespace ftracectl
