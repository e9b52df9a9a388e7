#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace ftracectl {

/// An integer type of C as the kernel has it.
struct CType {
  std::size_t size = 0;  ///< bytes
  bool is_signed = false;
};

/// Of "unsigned int", "u32", "pid_t", "enum foo", "const char *" and the like; nothing for a type that is not known.
/// `size_of_long` is that of the kernel the type is of: 8, or 4 on 32 bits.
std::optional<CType> c_type(std::string_view name, std::size_t size_of_long = 8);

}  // namespace ftracectl
