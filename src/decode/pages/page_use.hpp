#pragma once

#include <cstddef>
#include <string_view>

#include "decode/pages/page_layout.hpp"

namespace ftracectl {

/// How many bytes of a page say something: its header, the data, and the number of lost events where that is
/// stored behind the data. All behind it is padding. `page` needs no more than the header; a page whose header
/// makes no sense is used whole: gives layout.page_size then.
std::size_t used_part(const PageLayout& layout, std::string_view page);

}  // namespace ftracectl
