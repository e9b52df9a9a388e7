#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "decode/pages/c_value.hpp"

namespace ftracectl {

/// A number's conversion: "%#08llx".
struct NumberForm {
  char letter = 'd';
  std::string_view flags;
  int width = 0;
  std::optional<int> precision;
  std::size_t size = 4;  ///< bytes that are printed
};

/// As number() of lib/vsprintf.c: %#x of 0 is "0x0", other than C has it.
void append_kernel_number(const NumberForm& form, std::uint64_t value, std::string& to);

/// With blanks up to `width`, in front unless a '-' is among the flags.
void append_padded(std::string_view text, std::string_view flags, int width, std::string& to);

/// The text that one of the kernel's functions for print formats makes: __print_flags, __print_symbolic, __print_hex,
/// __print_hex_str, __print_array, __get_bitmask and __get_cpumask. Nothing for another function.
std::optional<std::string> print_by_helper(const CExpression& call, const CEvaluation& values);

}  // namespace ftracectl
