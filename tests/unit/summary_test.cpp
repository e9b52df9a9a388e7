#include "output/summary.hpp"

#include <doctest/doctest.h>

#include <sstream>

using namespace ftracectl;

namespace {

Summary summary_of(std::uint64_t entries, std::uint64_t lost, std::uint64_t read, std::uint64_t overrun) {
  Summary summary;
  summary.entries = entries;
  summary.lost = lost;
  summary.kernel.emplace();
  summary.kernel->read = read;
  summary.kernel->overrun = overrun;
  balance(summary);
  return summary;
}

}  // namespace

TEST_CASE("what others read, and what the kernel no longer counts, are parts of the sum") {
  const Summary whole = summary_of(100, 7, 100, 7);
  CHECK_FALSE(is_disturbed(whole));
  CHECK(is_incomplete(whole));
  const Summary taken = summary_of(60, 0, 100, 0);
  CHECK(taken.taken == 40);
  CHECK(is_incomplete(taken));
  const Summary emptied = summary_of(100, 0, 30, 0);
  CHECK(emptied.forgotten == 70);
  CHECK(emptied.taken == 0);
  CHECK_FALSE(is_incomplete(summary_of(100, 0, 100, 0)));
}

TEST_CASE("the closing lines say that others disturbed the run") {
  Summary summary = summary_of(60, 0, 100, 0);
  summary.disturbed = 1;
  std::ostringstream text;
  print_counts(text, summary);
  CHECK(text.str().find("disturbed by others 1 time, who read 40 events") != std::string::npos);
}
