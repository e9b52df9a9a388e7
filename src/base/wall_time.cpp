#include "base/wall_time.hpp"

#include <array>
#include <cstdio>

namespace ftracectl {

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t day_s = 86'400;

struct Date {
  std::int64_t year;
  int month;
  int day;
};

/// The day in the Gregorian calendar, counted from 1970-01-01: eras of 400 years that begin in March.
Date date_of_day(std::int64_t day) {
  const std::int64_t shifted = day + 719'468;  // from 0000-03-01
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
  const std::int64_t day_of_era = shifted - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const int month = static_cast<int>(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month,
          static_cast<int>(day_of_year - (153 * month_from_march + 2) / 5 + 1)};
}

}  // namespace

std::string step_text(const ClockStep& step) {
  const auto bits = static_cast<std::uint64_t>(step.step_ns);
  const std::uint64_t microseconds = (step.step_ns < 0 ? 0 - bits : bits) / 1000;
  std::array<char, 64> text;
  std::snprintf(text.data(), text.size(), "%llu.%06llu",
                static_cast<unsigned long long>(microseconds / 1'000'000),
                static_cast<unsigned long long>(microseconds % 1'000'000));
  return "the wall clock was set " + std::string(text.data()) + " s " + (step.step_ns < 0 ? "back" : "ahead");
}

std::string_view Rfc3339::text(std::int64_t since_1970_ns) {
  std::int64_t second = since_1970_ns / second_ns;
  std::int64_t nanoseconds = since_1970_ns % second_ns;
  if (nanoseconds < 0) {
    nanoseconds += second_ns;
    --second;
  }
  constexpr std::size_t digits_at = 20;
  if (second != second_ || text_.empty()) {
    std::int64_t day = second / day_s;
    std::int64_t of_day = second % day_s;
    if (of_day < 0) {
      of_day += day_s;
      --day;
    }
    const Date date = date_of_day(day);
    if (date.year < 0 || date.year > 9999) {
      text_.clear();
      return text_;
    }
    std::array<char, 96> text;
    std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.000000000Z",
                  static_cast<int>(date.year), date.month, date.day, static_cast<int>(of_day / 3600),
                  static_cast<int>(of_day / 60 % 60), static_cast<int>(of_day % 60));
    text_ = text.data();
    second_ = second;
  }
  for (std::size_t at = digits_at + 9; at > digits_at; nanoseconds /= 10)
    text_[--at] = static_cast<char>('0' + nanoseconds % 10);
  return text_;
}

}  // namespace ftracectl
