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

/// Looks it up in the C library that this process itself has loaded, which most programs of the system share.
/// Nothing where there is none (a static build), where it has no such function, or where its file was
/// replaced since.
std::optional<LibcFunction> find_libc_function(const char* name);

}  // namespace ftracectl
