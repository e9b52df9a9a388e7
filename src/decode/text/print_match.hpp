#pragma once

#include <ftracectl/event.hpp>
#include <string_view>
#include <vector>

#include "model/print/print_format.hpp"

namespace ftracectl {

/// Reads a message (what stands after "NAME: ") backwards through its print format. On success `values` holds
/// one value for each field, in the order of printing, names pointing into `format`, texts into `message`;
/// the whole message was used. On failure `values` is empty. Allocates nothing once `values` has grown.
///
/// %d gives std::int64_t; %u, %x, %o and %p std::uint64_t; all else a text. A pointer that the kernel does
/// not tell, "(____ptrval____)", is a text too.
///
/// Free text may hold anything, also what looks like the rest of the message. Of several readings the one is
/// taken where the first text is the longest, then the second: file names hold anything, and what stands last
/// is the kernel's. The time is linear in the message for each free text.
bool match_print_format(const PrintFormat& format, std::string_view message, std::vector<FieldValue>& values);

}  // namespace ftracectl
