#pragma once

#include <ftracectl/event.hpp>
#include <string_view>
#include <vector>

#include "model/print_format.hpp"

namespace ftracectl {

/// Reads a message (what stands after "NAME: ") backwards through its print format. On success `values` holds
/// one value for each piece that is not a literal, names pointing into `format`, texts into `message`; the
/// whole message was used. On failure `values` is empty. Allocates nothing once `values` has grown.
bool match_print_format(const PrintFormat& format, std::string_view message, std::vector<FieldValue>& values);

}  // namespace ftracectl
