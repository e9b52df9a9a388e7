#pragma once

#include <cstdint>

#include "report/run.hpp"
#include "report/text_tree.hpp"

namespace ftracectl::report {

/// How much of a run a page has. Processes, attempts and events are in the order of time: it has the first of each.
struct PageExtent {
  std::uint32_t attempts = 0;
  std::uint32_t processes = 0;
  std::uint32_t happenings = 0;

  static constexpr std::uint32_t most_attempts = 250'000;
  static constexpr std::uint32_t most_happenings = 100'000;
};
PageExtent page_extent(const Run& run);

/// The page's data as JSON: columns of numbers, and the texts that they point to.
void write_page_data(const Run& run, const PageExtent& extent, const Writer& out);

}  // namespace ftracectl::report
