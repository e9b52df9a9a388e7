#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "decode/pages/page_layout.hpp"

namespace ftracectl::test {

/// Makes binary pages as the kernel lays them out on 64-bit machines, for tests of what no recording holds.
class PageWriter {
 public:
  explicit PageWriter(std::uint64_t time);

  PageWriter& event(std::uint32_t delta, std::string_view payload);
  PageWriter& time_extend(std::uint64_t delta);
  PageWriter& time_stamp(std::uint64_t time);
  PageWriter& discarded(std::string_view payload);
  /// Says that entries were lost before the page.
  PageWriter& lost(std::uint64_t count);
  /// Any four bytes.
  PageWriter& word(std::uint32_t bits);

  std::string page() const;

 private:
  std::uint64_t time_;
  std::string data_;
  bool has_lost_ = false;
  std::uint64_t lost_ = 0;
};

/// An entry of sched_process_exit's kind: common_type, flags, preempt_count, common_pid, and what follows.
std::string payload_of(std::uint16_t type, std::int32_t pid, std::string_view rest = {});

/// How the pages of a recorded kernel are laid out.
PageLayout fixture_layout(const std::string& kernel);

}  // namespace ftracectl::test
