#include "cli/values.hpp"

#include <array>
#include <cmath>
#include <cstdlib>
#include <ftracectl/error.hpp>
#include <utility>

#include "base/text.hpp"

namespace ftracectl::cli {

namespace {

[[noreturn]] void fail(const std::string& option, const std::string& text, const std::string& wanted) {
  throw Error(ErrorCode::usage, "--" + option + " " + text + ": " + wanted);
}

/// "1.5" of "1.5s", and the unit behind it.
std::pair<double, std::string> split_unit(const std::string& text) {
  const auto end = text.find_first_not_of("0123456789.");
  const std::string number = text.substr(0, end);
  double value = -1;
  const auto result = std::from_chars(number.data(), number.data() + number.size(), value);
  if (result.ec != std::errc{} || result.ptr != number.data() + number.size()) value = -1;
  return {value, end == std::string::npos ? std::string() : text.substr(end)};
}

template <std::size_t Count>
double scaled(const std::array<std::pair<std::string_view, double>, Count>& units, const std::string& option,
              const std::string& text, const std::string& wanted) {
  const auto [value, unit] = split_unit(text);
  for (const auto& [name, factor] : units) {
    if (unit == name && value > 0) return value * factor;
  }
  fail(option, text, wanted);
}

/// "--buffer-size 8: a size needs a unit, such as 8K or 8M"
void require_unit(const std::string& option, const std::string& text, const std::string& small,
                  const std::string& large) {
  if (text.empty() || text.find_first_not_of("0123456789.") != std::string::npos) return;
  fail(option, text, "needs a unit, such as " + text + small + " or " + text + large);
}

}  // namespace

std::chrono::milliseconds parse_latency(const std::string& option, const std::string& text) {
  if (text == "0") return std::chrono::milliseconds(0);
  require_unit(option, text, "ms", "s");
  if (text == "0ms" || text == "0s") return std::chrono::milliseconds(0);
  return parse_duration(option, text);
}

std::chrono::milliseconds parse_duration(const std::string& option, const std::string& text) {
  static constexpr std::array<std::pair<std::string_view, double>, 5> units = {
      {{"", 1e3}, {"s", 1e3}, {"ms", 1}, {"m", 60e3}, {"h", 3600e3}}};
  const double milliseconds = scaled(units, option, text, "give a duration as 10s, 500ms, 2m or 1h");
  if (milliseconds > 1e12) fail(option, text, "that is too long");
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::ceil(milliseconds)));
}

TimeStyle parse_time_style(const std::string& text, const std::string& format) {
  if (text == "wall") return TimeStyle::wall;
  if (text.empty() || text == "mono") return TimeStyle::clock;
  if (text != "delta" && text != "none")
    throw Error(ErrorCode::usage, "--time " + text + ": give wall, mono, delta or none");
  if (format != "text")
    throw Error(ErrorCode::usage, "--time " + text + " is for --format text; jsonl takes wall or mono");
  return text == "delta" ? TimeStyle::delta : TimeStyle::none;
}

Rotation parse_rotation(const std::string& option, const std::string& text) {
  static constexpr std::array<std::pair<std::string_view, double>, 3> sizes = {
      {{"K", 1024}, {"M", 1024.0 * 1024}, {"G", 1024.0 * 1024 * 1024}}};
  static constexpr std::array<std::pair<std::string_view, double>, 5> times = {
      {{"ms", 1}, {"s", 1e3}, {"m", 60e3}, {"h", 3600e3}, {"d", 86400e3}}};
  const std::string wanted = "give a size (64M), a time (1h, 1d), or both with a comma between them";
  Rotation rotation;
  for (const auto piece : split(text, ',')) {
    const std::string word(piece);
    const std::string unit = split_unit(word).second;
    const bool is_size = unit == "K" || unit == "M" || unit == "G";
    const double value = is_size ? scaled(sizes, option, word, wanted) : scaled(times, option, word, wanted);
    if (value < 1 || value > 1e15) fail(option, word, "that is out of range");
    if (is_size) {
      rotation.bytes = static_cast<std::uint64_t>(value);
    } else {
      rotation.age = std::chrono::milliseconds(static_cast<std::int64_t>(std::ceil(value)));
    }
  }
  if (!rotation.is_wanted()) fail(option, text, wanted);
  return rotation;
}

std::uint64_t parse_size_kb(const std::string& option, const std::string& text) {
  static constexpr std::array<std::pair<std::string_view, double>, 6> units = {
      {{"K", 1}, {"k", 1}, {"M", 1024}, {"m", 1024}, {"G", 1024 * 1024}, {"g", 1024 * 1024}}};
  require_unit(option, text, "K", "M");
  const double kb = scaled(units, option, text, "give a size as 512K, 8M or 1G");
  if (kb < 1 || kb > 1e9) fail(option, text, "a buffer has between 1K and 1000G");
  return static_cast<std::uint64_t>(kb);
}

std::vector<std::int32_t> parse_pids(const std::string& option, const std::string& text) {
  std::vector<std::int32_t> pids;
  for (const auto word : split(text, ',')) {
    const auto pid = parse_number<std::int32_t>(trim(word));
    if (!pid || *pid <= 0) fail(option, text, "process ids are positive numbers, separated by commas");
    pids.push_back(*pid);
  }
  if (pids.empty()) fail(option, text, "process ids are positive numbers, separated by commas");
  return pids;
}

std::string chosen_format(const std::string& asked, const std::string& output) {
  if (!asked.empty()) return asked;
  const auto is_json = [&](std::string_view ending) { return output.ends_with(ending); };
  return is_json(".jsonl") || is_json(".ndjson") || is_json(".json") ? "jsonl" : "text";
}

}  // namespace ftracectl::cli
