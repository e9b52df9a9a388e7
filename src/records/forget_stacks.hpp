#pragma once

#include <cstdint>
#include <ftracectl/event_table.hpp>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "decode/pages/page_layout.hpp"

namespace ftracectl {

/// Takes out of binary pages what the probe of model/tracefs/stack_probe.hpp fetched of the memory of others: the pages
/// that are kept have its events without their contents, all lengths and places as they were.
class StackForgetter {
 public:
  /// `events` outlives it.
  StackForgetter(const EventTable& events, const PageLayout& layout);

  /// Whether there is anything to do.
  bool is_needed() const { return !ids_.empty(); }

  /// `pages` itself, or a copy that lives until the next call. A last page may be torn.
  std::string_view forget(std::string_view pages);

 private:
  void forget_in(std::string_view page, std::size_t begin, std::size_t size);

  PageLayout layout_;
  std::unordered_set<std::uint64_t> ids_;
  std::string copy_;
  std::vector<std::string_view> discarded_;
};

}  // namespace ftracectl
