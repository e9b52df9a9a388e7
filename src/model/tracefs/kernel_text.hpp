#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ftracectl {

// How the kernel reads characters and numbers. Its character classes are those of Latin-1, whatever the
// locale: byte 0xA0 is a blank and 0xE9 a letter.

bool is_kernel_space(char c);
bool is_kernel_alnum(char c);
inline bool is_kernel_digit(char c) { return c >= '0' && c <= '9'; }

/// kstrtoull() with base 0: "10", "0x1f", "017". Nothing for any other text and on overflow; no sign.
std::optional<std::uint64_t> parse_kernel_unsigned(std::string_view text);

/// kstrtoll() with base 0: the same, with an optional '-'.
std::optional<std::int64_t> parse_kernel_signed(std::string_view text);

/// A list of cpus as bitmap_parselist() takes it. Lists are separated by commas or blanks:
///     0-3      0,2      0-7:2/4 (2 of every 4)      all      2-N (N is the last)
/// Gives how many cpus it selects, or nothing where the kernel refuses it: it names a cpu that is not below
/// `cpu_count`, for one.
std::optional<std::size_t> count_cpus(std::string_view list, std::uint64_t cpu_count);

}  // namespace ftracectl
