#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

namespace ftracectl {

/// A task's registers and a part of its stack, as they were at one moment.
struct FetchedStack {
  /// By their numbers in DWARF (x86_64): nothing where one is not known. 16 is the instruction.
  using Registers = std::array<std::optional<std::uint64_t>, 17>;
  Registers registers;
  std::uint64_t begin = 0;  ///< the stack pointer
  std::string bytes;        ///< from there on

  /// Eight bytes of the stack; nothing where they were not fetched.
  std::optional<std::uint64_t> word(std::uint64_t address) const {
    if (address < begin || address - begin > bytes.size() || bytes.size() - (address - begin) < 8)
      return std::nullopt;
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data() + (address - begin), sizeof value);
    return value;
  }
};

}  // namespace ftracectl
