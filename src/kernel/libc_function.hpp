#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace ftracectl {

/// Where a function of the C library lies in its file, as a uprobe wants it.
struct LibcFunction {
  std::string path;          ///< "/usr/lib/x86_64-linux-gnu/libc.so.6"
  std::uint64_t offset = 0;  ///< bytes from the file's beginning
};

/// Looks the function up in the C library that this process has mapped or, for a static program, that its
/// nearest parent in the same mount namespace has: most programs of the system share it. Reads /proc/PID/maps
/// and the file's own tables. Nothing where no C library is mapped, where it does not export the function, or
/// where its file was replaced since.
std::optional<LibcFunction> find_libc_function(const char* name);

}  // namespace ftracectl
