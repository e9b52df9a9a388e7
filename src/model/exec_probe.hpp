#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ftracectl {

// A uprobe on the C library's execve() and execveat() that fetches what they are called with, from the
// caller's memory, at the moment of the call: the file name and the arguments of every attempt, also of those
// that fail, and of programs that are gone before anybody can look into /proc.
//
// Strings are fetched as arrays of 64-bit words and not as `ustring`. A uprobe's fetched strings go into one
// page: where a command line is longer, kernels before 6.12 write beyond it, and later ones warn. Arrays have
// a fixed size; what lies behind an unreadable address is fetched as zeros (copy_from_user() pads with them);
// and they are printed as numbers, so that no argument can imitate anything. What is fetched behind a
// string's end is not looked at.

/// The probe's group is "ftracectl_PID": a kernel's dynamic events are everybody's.
std::string exec_probe_group(std::int32_t session);
bool is_exec_probe_group(std::string_view group);

/// The functions, which are the events' names, too.
inline constexpr const char* execve_function = "execve";
inline constexpr const char* execveat_function = "execveat";

inline constexpr std::size_t fetched_arguments = 16;      ///< so many arguments are fetched
inline constexpr std::size_t fetched_argument_size = 64;  ///< so many bytes of each
inline constexpr std::size_t fetched_name_parts = 2;      ///< and so many times 64 of the file name

/// "p:GROUP/execve PATH:0xOFFSET file=%di:x64 argv=%si:x64 n0=+0(%di):x64[8] ... p0=+0(%si):x64
/// a0=+0(+0(%si)):x64[8]
/// ..." Empty for a machine whose registers are not known here.
std::string exec_probe_definition(std::string_view group, std::string_view function, std::string_view path,
                                  std::uint64_t offset);

}  // namespace ftracectl
