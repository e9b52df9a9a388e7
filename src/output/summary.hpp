#pragma once

#include <cstdint>
#include <iosfwd>
#include <string_view>

#include "records/sink.hpp"

namespace ftracectl {

/// What came out, in a line on standard error.
void print_counts(std::ostream& err, const Summary& summary);

/// Whether somebody else did something to the buffer.
bool is_disturbed(const Summary& summary);

/// Whether events are missing, or may be: what --strict does not accept.
bool is_incomplete(const Summary& summary);

/// Finds out what others have read, and what the kernel no longer counts, so that entries, malformed, lost and
/// taken, less forgotten, are what the kernel counted. `lost` must be known.
void balance(Summary& summary);

/// The closing lines on standard error. On a loss they name a buffer size to try, behind the words that set
/// it; `buffer_kb` is the one in use, 0 for the kernel's default.
void print_summary(std::ostream& err, const Summary& summary, std::uint64_t buffer_kb,
                   std::string_view size_command = "--buffer-size");

/// What is said where lines were not delivered because nobody read the output; nothing for 0 lines.
void print_undelivered(std::ostream& err, const std::string& output, std::size_t lines);

/// The same where there was no room for them.
void print_unwritten(std::ostream& err, const std::string& output, std::size_t lines);

}  // namespace ftracectl
