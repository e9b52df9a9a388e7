#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace ftracectl {

// Texts of a few bytes, whose length the compiler does not know: without the calls that memcpy and memcmp are
// then.

/// Copies a few bytes, without the call that memcpy is where their number is not known to the compiler. Gives
/// the end of what was written.
inline char* copy_short(char* at, std::string_view bytes) {
  const std::size_t size = bytes.size();
  const char* const from = bytes.data();
  if (size > 16) {
    std::memcpy(at, from, size);
  } else if (size >= 8) {
    std::memcpy(at, from, 8);
    std::memcpy(at + size - 8, from + size - 8, 8);
  } else if (size >= 4) {
    std::memcpy(at, from, 4);
    std::memcpy(at + size - 4, from + size - 4, 4);
  } else {
    for (std::size_t i = 0; i < size; ++i) at[i] = from[i];
  }
  return at + size;
}

/// As text.starts_with(begin).
inline bool starts_with_short(std::string_view text, std::string_view begin) {
  const std::size_t size = begin.size();
  if (text.size() < size) return false;
  const auto differ = [&](auto word, std::size_t at) {
    auto other = word;
    std::memcpy(&word, text.data() + at, sizeof word);
    std::memcpy(&other, begin.data() + at, sizeof other);
    return word != other;
  };
  if (size > 16) return std::memcmp(text.data(), begin.data(), size) == 0;
  if (size >= 8) return !differ(std::uint64_t{}, 0) && !differ(std::uint64_t{}, size - 8);
  if (size >= 4) return !differ(std::uint32_t{}, 0) && !differ(std::uint32_t{}, size - 4);
  for (std::size_t i = 0; i < size; ++i) {
    if (text[i] != begin[i]) return false;
  }
  return true;
}

}  // namespace ftracectl
