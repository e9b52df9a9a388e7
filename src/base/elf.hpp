#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ftracectl {

/// Where the code of a function that an ELF file exports begins, in bytes from the file's beginning: what a
/// uprobe is set by. `file` is the whole file, 32-bit or 64-bit, of this machine's byte order. Nothing where
/// it does not export the function, or is no such file; any bytes are safe to pass.
std::optional<std::uint64_t> exported_function_offset(std::string_view file, std::string_view name);

/// The number that the linker gave the file, in hex: "c047672cae79…". Empty where it has none, or is no ELF file.
std::string build_id_of(std::string_view file);

/// The address that the file's own tables use for what lies there in the file; nothing where it is not loaded.
std::optional<std::uint64_t> loaded_address(std::string_view file, std::uint64_t file_offset);

}  // namespace ftracectl
