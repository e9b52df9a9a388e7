#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ftracectl::cli {

/// A help text in lines of at most 80 columns. Lines that begin at the margin are one paragraph, folded anew;
/// a line that is indented is folded by itself, below its last wide gap:
///       lost         the side that lacks it lost events
std::string fold_text(std::string_view text);

/// Shell lines, one a line, each folded with a backslash.
std::string fold_example(std::string_view text, std::size_t columns = 80);

}  // namespace ftracectl::cli
