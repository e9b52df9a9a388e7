#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace ftracectl::report {

/// `text` as a JSON string with its quotes: bytes that are not UTF-8 as U+FFFD; what steers a terminal, and what would end
/// a script in a page, as \uNNNN.
void append_json(std::string& to, std::string_view text);

}  // namespace ftracectl::report
