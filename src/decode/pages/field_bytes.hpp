#pragma once

#include <cstdint>
#include <cstring>
#include <ftracectl/schema.hpp>
#include <optional>
#include <string_view>

namespace ftracectl {

// Fields in the bytes of an entry. Whatever lies outside of the entry is nothing.

/// The bytes of a field: in place, or where __data_loc and __rel_loc say; of a trailing `buf[]` all that
/// there is.
std::optional<std::string_view> bytes_of(const Field& field, std::string_view entry);

/// Up to 8 little-endian bytes as a number, extended by its sign or by zeros.
std::uint64_t number_of(std::string_view bytes, bool is_signed);

/// The same of 1, 2, 4 or 8 bytes, extended by zeros.
inline std::uint64_t load_number(const char* at, std::size_t size) {
  const auto load = [at](auto number) {
    std::memcpy(&number, at, sizeof number);
    return static_cast<std::uint64_t>(number);
  };
  if (size == 8) return load(std::uint64_t{});
  if (size == 4) return load(std::uint32_t{});
  return size == 2 ? load(std::uint16_t{}) : load(std::uint8_t{});
}

/// The text in an array of characters, up to its NUL.
std::string_view text_of(std::string_view bytes);

}  // namespace ftracectl
