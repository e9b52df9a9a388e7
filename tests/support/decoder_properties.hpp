#pragma once

#include <ftracectl/event_table.hpp>
#include <string>
#include <string_view>

namespace ftracectl::test {

/// What must hold for any bytes whatever, or the words for what does not: nothing crashes; the items are the
/// same whether the text comes at once or in pieces of 1, 7 or 4,096 bytes; every byte belongs to an item or
/// to what a decoder may skip; and what it keeps while it waits has a bound. Decoded with the layout found
/// out, and once more with each that can be told.
std::string broken_property(const EventTable& events, std::string_view text);

}  // namespace ftracectl::test
