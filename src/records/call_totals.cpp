#include "records/call_totals.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace ftracectl {

/// Below 32 each number is a step; above, the highest bit and the five behind it.
std::size_t DurationHistogram::step_of(std::uint64_t duration_ns) {
  constexpr std::uint64_t exact = std::uint64_t{1} << step_bits;
  if (duration_ns < exact) return static_cast<std::size_t>(duration_ns);
  const auto shift = static_cast<unsigned>(std::bit_width(duration_ns)) - step_bits - 1;
  return static_cast<std::size_t>((std::uint64_t{shift} << step_bits) + (duration_ns >> shift));
}

std::uint64_t DurationHistogram::last_of(std::size_t step) {
  constexpr std::uint64_t exact = std::uint64_t{1} << step_bits;
  if (step < 2 * exact) return step;
  const auto shift = static_cast<unsigned>((step >> step_bits) - 1);
  const std::uint64_t front = (step & (exact - 1)) + exact;
  return (front << shift) + ((std::uint64_t{1} << shift) - 1);
}

void DurationHistogram::add(std::uint64_t duration_ns) {
  ++counts_[step_of(duration_ns)];
  ++count_;
  total_ += duration_ns;
  max_ = std::max(max_, duration_ns);
}

std::optional<std::uint64_t> DurationHistogram::quantile(double part) const {
  if (count_ == 0) return std::nullopt;
  const auto wanted =
      std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(part * static_cast<double>(count_))));
  std::uint64_t seen = 0;
  for (std::size_t step = 0; step < steps; ++step) {
    seen += counts_[step];
    if (seen >= wanted) return std::min(last_of(step), max_);
  }
  return max_;
}

}  // namespace ftracectl
