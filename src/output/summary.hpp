#pragma once

#include <cstdint>
#include <iosfwd>
#include <string_view>

#include "records/sink.hpp"

namespace ftracectl {

/// What came out, in a line on standard error.
void print_counts(std::ostream& err, const Summary& summary);

/// The closing lines on standard error. On a loss they name a buffer size to try, behind the words that set
/// it; `buffer_kb` is the one in use, 0 for the kernel's default.
void print_summary(std::ostream& err, const Summary& summary, std::uint64_t buffer_kb,
                   std::string_view size_command = "--buffer-size");

}  // namespace ftracectl
