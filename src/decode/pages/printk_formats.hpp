#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "decode/pages/raw_fields.hpp"

namespace ftracectl {

/// The formats that trace_printk() was called with, by their addresses in the kernel.
using PrintkFormats = std::unordered_map<std::uint64_t, std::string>;

/// Reads the file printk_formats. A line that is none is left out.
///     0xffffffff82a3c1d8 : "count %d of \"%s\"\n"
PrintkFormats parse_printk_formats(std::string_view text);

/// Appends what the kernel prints of a format and of the arguments that its vbin_printf() stored (`buffer`, all
/// of them): numbers in their size, aligned to it and to no more than 4 bytes, strings with their NUL, behind
/// each other. `word` is the size of a long. False where the two do not fit, and nothing is appended: then
/// nothing can be said of the text.
bool print_bprintf(std::string_view format, std::string_view buffer, std::size_t word,
                   const SymbolNames& symbols, std::string& to);

}  // namespace ftracectl
