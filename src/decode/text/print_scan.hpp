#pragma once

#include <ftracectl/event.hpp>
#include <optional>
#include <string_view>

#include "model/print/print_format.hpp"

namespace ftracectl {

/// A value at the start of a text, and how many bytes it takes.
struct Scanned {
  Value value;
  std::size_t length = 0;
};

/// Reads the one piece, which is neither a literal nor free text, at the start of `text`; nothing where the
/// kernel would not have printed it so: "007" is no %d.
std::optional<Scanned> scan_piece(const PrintPiece& piece, std::string_view text);

}  // namespace ftracectl
