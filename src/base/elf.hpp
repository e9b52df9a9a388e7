#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ftracectl {

/// Where the code of a function that an ELF file exports begins, in bytes from the file's beginning: what a
/// uprobe is set by. `file` is the whole file, 32-bit or 64-bit, of this machine's byte order. Nothing where
/// it does not export the function, or is no such file; any bytes are safe to pass.
std::optional<std::uint64_t> exported_function_offset(std::string_view file, std::string_view name);

}  // namespace ftracectl
