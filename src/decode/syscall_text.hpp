#pragma once

#include <ftracectl/event.hpp>
#include <string_view>
#include <vector>

namespace ftracectl {

/// How a kernel prints the numbers of a syscall's arguments. It does not say; lines tell it in passing.
enum class SyscallNumbers : int {
  unknown,
  plain_hex,  ///< up to 6.12: "fd: ffffff9c", no prefix on anything
  prefixed,   ///< 6.18: "fd: 0xffffff9c"; 7.3: hex with prefix for pointers, decimal for the rest
};

/// Reads what stands between the parentheses of "sys_openat(dfd: 3, filename: 0x4789708 "/dev/null", flags:
/// 0)" by the schema's own fields. A string behind a number, which 7.x prints, goes to the field
/// "__NAME_val". `numbers` is what earlier lines told; it is updated when this line tells. False, with
/// `values` empty, where the text does not fit the schema.
bool parse_syscall_arguments(const EventSchema& schema, std::string_view arguments, SyscallNumbers& numbers,
                             std::vector<FieldValue>& values);

/// The value behind "-> " as the signed number it is: "0xfffffffffffffffe" is -2. Up to 20 bytes of hex.
std::optional<std::int64_t> parse_syscall_return(std::string_view text);

}  // namespace ftracectl
