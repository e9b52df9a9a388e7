#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "model/print/print_format.hpp"

namespace ftracectl {

/// The number that the kernel printed as `words`, where the piece's print format tells it: "BLOCK" of
/// __print_symbolic(REC->vec, ..., { 4, "BLOCK" }), "A|0x100" of __print_flags, the byte of "%c". Nothing where two
/// numbers have the same words, or where more than one call makes them.
std::optional<std::uint64_t> number_of_words(const PrintPiece& piece, std::string_view words);

}  // namespace ftracectl
