#pragma once

#include <cstdint>
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

/// The text in an array of characters, up to its NUL.
std::string_view text_of(std::string_view bytes);

}  // namespace ftracectl
