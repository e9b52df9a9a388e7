#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace ftracectl {

/// Durations of any number of calls in constant memory: 32 steps for each power of two, so that a quantile is at most
/// 1/32 too large. Total and maximum are exact.
class DurationHistogram {
 public:
  void add(std::uint64_t duration_ns);

  std::uint64_t total() const { return total_; }
  std::optional<std::uint64_t> max() const { return known(max_); }
  std::optional<std::uint64_t> average() const { return count_ == 0 ? std::nullopt : known(total_ / count_); }
  /// The duration that `part` (0 to 1) of all do not exceed, to the step; nothing where there are none.
  std::optional<std::uint64_t> quantile(double part) const;

 private:
  static constexpr unsigned step_bits = 5;
  static constexpr std::size_t steps = (64 - step_bits + 1) << step_bits;

  std::optional<std::uint64_t> known(std::uint64_t value) const {
    return count_ == 0 ? std::nullopt : std::optional(value);
  }
  static std::size_t step_of(std::uint64_t duration_ns);
  static std::uint64_t last_of(std::size_t step);

  std::array<std::uint64_t, steps> counts_{};
  std::uint64_t count_ = 0;
  std::uint64_t total_ = 0;
  std::uint64_t max_ = 0;
};

/// What the calls of one kind came to: a row of `--summary`.
struct CallTotals {
  std::string syscall;
  std::uint64_t calls = 0;
  std::uint64_t failed = 0;
  std::uint64_t unfinished = 0;
  std::map<std::int64_t, std::uint64_t> errors;  ///< how many by their result: -2
  DurationHistogram durations;                   ///< of the calls whose enter and exit were seen
};

/// How many calls failed by the name of the error, an object.
struct ErrorCounts {
  const CallTotals& totals;
};

}  // namespace ftracectl
