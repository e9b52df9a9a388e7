#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/tracefs/architecture.hpp"

namespace ftracectl {

// Two kinds of probes fetch what an exec is called with, from the caller's memory, at the moment of the call.
//
// A uprobe on the C library's execve() and execveat(): the file name and the arguments of every attempt, also
// of those that fail, and of programs that are gone before anybody can look into /proc.
//
// Strings are fetched as arrays of 64-bit words and not as `ustring`. A uprobe's fetched strings go into one
// page: where a command line is longer, kernels before 6.12 write beyond it, and later ones warn. Arrays have
// a fixed size; what lies behind an unreadable address is fetched as zeros (copy_from_user() pads with them);
// and they are printed as numbers, so that no argument can imitate anything. What is fetched behind a
// string's end is not looked at.

// An eprobe on the events of the system calls (6.1 and later, not all) sees those that are not made through
// the C library too. It must not wait for a page that is not in memory, and where it could not read, an array
// holds what the ring buffer held there before: an earlier call's arguments (seen on 6.1, 6.12 and 7.3). So
// here strings are fetched as `ustring`, which goes straight into the buffer and says "(fault)"; before 6.13
// it says so of empty ones as well. An entry longer than a page is dropped by the kernel without a word.
// Strings are printed as they are: a number that only the session knows, and that is a part of the event's
// name, stands behind each, so that no argument can tell where it ends. 6.1 takes the last byte of `filename`
// for all of it; the address that is fetched too gives it away.

/// The probe's group is "ftracectl_PID": a kernel's dynamic events are everybody's.
std::string exec_probe_group(std::int32_t session);
bool is_exec_probe_group(std::string_view group);

/// The functions. The uprobes are one event, "execve", at two places: to take an event off takes the kernel
/// 25 to 50 ms, to take a place off nothing that could be measured. Each function has an eprobe of its own.
inline constexpr const char* execve_function = "execve";
inline constexpr const char* execveat_function = "execveat";

inline constexpr std::size_t fetched_arguments = 16;      ///< so many arguments are fetched
inline constexpr std::size_t fetched_argument_size = 64;  ///< so many bytes of each
inline constexpr std::size_t fetched_name_parts = 2;      ///< and so many times 64 of the file name

/// "p:GROUP/execve PATH:0xOFFSET file=%di:x64 argv=%si:x64 n0=+0(%di):x64[8] ... p0=+0(%si):x64
/// a0=+0(+0(%si)):x64[8]
/// ..." One place; the lines of several make one event. These registers are those of x86_64. Empty for an
/// unknown architecture.
std::string exec_probe_definition(std::string_view group, std::string_view function, std::string_view path,
                                  std::uint64_t offset, Architecture architecture = own_architecture());

/// "e:GROUP/execve_NONCE syscalls/sys_enter_execve file=$filename:x64 argv=$argv:x64 p0=+0($argv):x64 ...
/// n=+0($filename):ustring zn=\0xNONCE:x64 s0=+0(+0($argv)):ustring z0=\0xNONCE:x64 ..." `function` is one of
/// the above. Empty for an unknown architecture: the kernel must be able to tell a user's address from its own.
std::string exec_eprobe_definition(std::string_view group, std::string_view function, std::uint64_t nonce,
                                   Architecture architecture = own_architecture());

/// The number in the name of such an event; nothing where it is another's.
std::optional<std::uint64_t> exec_eprobe_nonce(std::string_view event_name);

/// What stands behind the name of the mark that ends each string, in what such an event prints: "=0x7f…".
std::string exec_eprobe_mark(std::uint64_t nonce);
/// What the whole of it ends with: " z15=0x7f…".
std::string exec_eprobe_end(std::uint64_t nonce);

}  // namespace ftracectl
