#include "output/time_column.hpp"

#include <array>
#include <utility>

#include "base/digits.hpp"

namespace ftracectl {

std::string decimal_text(std::uint64_t number, unsigned digits) {
  std::array<char, 2 * digits_room> text;
  const std::uint64_t unit = digits == 6 ? 1'000'000 : 1000;
  char* const point = write_decimal(text.data(), number / unit);
  write_decimal(point, number % unit + unit);  // a one in front keeps the zeros; the point takes its place
  *point = '.';
  return {text.data(), static_cast<std::size_t>(point - text.data()) + 1 + digits};
}

std::string TimeColumn::text(const Timestamp& time) {
  if (style_ == TimeStyle::none) return {};
  if (!time.is_known) return "-";
  if (!time.is_time) return std::to_string(time.value);
  if (style_ == TimeStyle::delta) return delta_text(time.value);
  const auto moment = style_ == TimeStyle::wall && !time.from_start ? wall_.at(time.value) : std::nullopt;
  if (moment) return std::string(rfc3339_.text(*moment));
  return decimal_text(time.value / 1000, 6);
}

/// Records of several cpus are not always in order.
std::string TimeColumn::delta_text(std::uint64_t now) {
  const std::uint64_t before = std::exchange(before_, now).value_or(now);
  if (now < before) return "-" + decimal_text((before - now) / 1000, 6);
  return decimal_text((now - before) / 1000, 6);
}

}  // namespace ftracectl
