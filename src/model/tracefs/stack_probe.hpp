#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "model/tracefs/architecture.hpp"

namespace ftracectl {

// A probe on the C library's execve() and execveat() that brings the caller's registers and the top of its stack
// along: enough to unwind it by the objects' own tables, where a program has no frame pointers and the kernel's own
// walk ends in the C library. It is an event of the group of model/tracefs/exec_probe.hpp.

inline constexpr std::string_view stack_probe_name = "stack";

/// A register as the kernel's probes call it, and its number in DWARF for x86_64.
struct ProbedRegister {
  const char* name;
  std::uint8_t number;
};
/// Those that a function must give back to its caller as they were; the stack pointer is among them.
inline constexpr std::array<ProbedRegister, 7> stack_probe_registers = {
    {{"bx", 3}, {"bp", 6}, {"sp", 7}, {"r12", 12}, {"r13", 13}, {"r14", 14}, {"r15", 15}}};
inline constexpr std::uint8_t stack_pointer_number = 7;
inline constexpr std::uint8_t return_address_number = 16;

/// Five arrays of 64 words: with a sixth, an event is too big (E2BIG).
inline constexpr std::size_t stack_probe_parts = 5;
inline constexpr std::size_t stack_probe_part_size = 512;

/// "p:GROUP/stack PATH:0xOFFSET ip=%ip:x64 bx=%bx:x64 … s0=+0(%sp):x64[64] …". One place; the lines of several make one
/// event. Empty for other machines than x86_64.
std::string stack_probe_definition(std::string_view group, std::string_view path, std::uint64_t offset,
                                   Architecture architecture = own_architecture());

/// Whether an event of that group and name is such a probe's.
bool is_stack_probe(std::string_view group, std::string_view name);

}  // namespace ftracectl
