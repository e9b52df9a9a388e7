#pragma once

#include <cstdint>
#include <string_view>

namespace ftracectl {

// A search of PATH: one thread tries to execute a file of the same name, with the same arguments, in one folder after the
// other.

/// Whether who searches goes on after an exec that failed with this errno.
bool search_goes_on(std::int64_t error);

/// Whether `file` may be the next one of a search that began with `first` and came to `before`. PATH may name a folder
/// twice; a file that alone is tried again is no search.
bool is_next_of_search(std::string_view first, std::string_view before, std::string_view file);

/// Nobody who searches pauses so long between two folders.
inline constexpr std::uint64_t longest_search_pause_ns = 200'000'000;

}  // namespace ftracectl
