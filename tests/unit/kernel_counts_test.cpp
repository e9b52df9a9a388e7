#include "model/tracefs/kernel_counts.hpp"

#include <doctest/doctest.h>

#include <sstream>

#include "output/summary.hpp"

using namespace ftracectl;

namespace {

KernelCounts counts(std::uint64_t read, std::uint64_t overrun, std::uint64_t dropped,
                    std::uint64_t left = 0) {
  KernelCounts result;
  result.read = read;
  result.overrun = overrun;
  result.dropped = dropped;
  result.left = left;
  return result;
}

std::string summary_text(const Summary& summary, std::uint64_t buffer_kb) {
  std::ostringstream err;
  print_summary(err, summary, buffer_kb);
  return err.str();
}

}  // namespace

TEST_CASE("losses: overruns are what LOST lines told, within what the kernel counted") {
  CHECK(lost_events(329, {}, counts(100, 329, 0)) == 329);
  CHECK(lost_events(0, {}, counts(100, 0, 0)) == 0);
  // A forged line tells of more than there was, or the last loss was told by none.
  CHECK(lost_events(1'000'000, {}, counts(100, 5, 0)) == 5);
  CHECK(lost_events(0, {}, counts(100, 5, 0)) == 5);
  // Another reader was told of 300 before; of 20 more the first line told us.
  CHECK(lost_events(25, counts(50, 320, 0), counts(100, 325, 0)) == 25);
  // What is left to the next reader may have the losses before it.
  CHECK(lost_events(0, {}, counts(100, 7, 0, 40)) == 0);
}

TEST_CASE("losses: events that were dropped are told by no line") {
  CHECK(lost_events(0, {}, counts(278, 0, 1484)) == 1484);
  CHECK(lost_events(0, counts(0, 0, 1484, 278), counts(278, 0, 1484)) == 1484);
  // Dropped before another reader's last read: not ours.
  CHECK(lost_events(0, counts(10, 0, 1484), counts(278, 0, 1500)) == 16);
  KernelCounts nested;
  nested.commit_overrun = 3;
  CHECK(lost_events(0, {}, nested) == 3);
}

TEST_CASE("losses: the summary names a size to try, and the option that drops the newest") {
  Summary summary;
  summary.entries = 100;
  CHECK(summary_text(summary, 8).find("--buffer-size") == std::string::npos);
  summary.lost = 50;
  summary.kernel = counts(100, 50, 0);
  CHECK(summary_text(summary, 4096).find("try --buffer-size 16M") != std::string::npos);
  CHECK(summary_text(summary, 4096).find("overwrite") == std::string::npos);
  summary.kernel = counts(100, 0, 50);
  CHECK(summary_text(summary, 4096).find("its option overwrite is off") != std::string::npos);
}
