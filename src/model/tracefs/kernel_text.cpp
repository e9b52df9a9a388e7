#include "model/tracefs/kernel_text.hpp"

#include <limits>
#include <vector>

#include "base/text.hpp"

namespace ftracectl {

namespace {

unsigned char byte_of(char c) { return static_cast<unsigned char>(c); }

bool is_hex_digit(char c) { return is_kernel_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// A region of a cpu list: of each `group` cpus from `first` to `last`, the first `used` ones.
struct Region {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::uint64_t used = 0;
  std::uint64_t group = 0;
};

/// Reads a cpu list region by region.
class CpuListReader {
 public:
  CpuListReader(std::string_view text, std::uint64_t cpu_count) : text_(text), cpu_count_(cpu_count) {}

  /// Skips to the next region; false at the end.
  bool to_next() {
    while (!text_.empty() && ends_region()) text_.remove_prefix(1);
    return !text_.empty();
  }

  std::optional<Region> read();

 private:
  bool ends_region() const { return text_.empty() || is_kernel_space(text_.front()) || text_.front() == ','; }
  bool take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool take_all() {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    if (text_.size() < 3 || lower(text_[0]) != 'a' || lower(text_[1]) != 'l' || lower(text_[2]) != 'l') {
      return false;
    }
    text_.remove_prefix(3);
    return true;
  }
  bool take_number(std::uint64_t& number);

  std::string_view text_;
  std::uint64_t cpu_count_;
};

bool CpuListReader::take_number(std::uint64_t& number) {
  if (take('N')) {
    number = cpu_count_ - 1;
    return true;
  }
  std::size_t length = 0;
  while (length < text_.size() && is_kernel_digit(text_[length])) ++length;
  const auto value = parse_number<std::uint32_t>(text_.substr(0, length));
  if (!value) return false;
  number = *value;
  text_.remove_prefix(length);
  return true;
}

std::optional<Region> CpuListReader::read() {
  Region region;
  if (take_all()) {
    region.last = cpu_count_ - 1;
  } else {
    if (!take_number(region.first)) return std::nullopt;
    region.last = region.first;
    if (!ends_region() && (!take('-') || !take_number(region.last))) return std::nullopt;
  }
  region.used = region.group = region.last + 1;
  if (ends_region()) return region;
  if (!take(':') || !take_number(region.used) || !take('/') || !take_number(region.group)) {
    return std::nullopt;
  }
  return region;
}

}  // namespace

bool is_kernel_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || byte_of(c) == 0xA0; }

bool is_kernel_alnum(char c) {
  if (is_kernel_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return true;
  return byte_of(c) >= 0xC0 && byte_of(c) != 0xD7 && byte_of(c) != 0xF7;
}

std::optional<std::uint64_t> parse_kernel_unsigned(std::string_view text) {
  if (text.empty() || text.front() != '0') return parse_number<std::uint64_t>(text);
  const bool is_hex = text.size() > 2 && (text[1] == 'x' || text[1] == 'X') && is_hex_digit(text[2]);
  return is_hex ? parse_number<std::uint64_t>(text.substr(2), 16) : parse_number<std::uint64_t>(text, 8);
}

std::optional<std::int64_t> parse_kernel_signed(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  const auto value = parse_kernel_unsigned(is_negative ? text.substr(1) : text);
  constexpr auto max = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (!value || *value > max + (is_negative ? 1 : 0)) return std::nullopt;
  return static_cast<std::int64_t>(is_negative ? 0 - *value : *value);
}

std::optional<std::size_t> count_cpus(std::string_view list, std::uint64_t cpu_count) {
  std::vector<bool> selected(cpu_count);
  CpuListReader reader(list, cpu_count);
  while (reader.to_next()) {
    const auto region = reader.read();
    if (!region || region->first > region->last || region->group == 0 || region->used > region->group ||
        region->last >= cpu_count) {
      return std::nullopt;
    }
    for (auto cpu = region->first; cpu <= region->last; ++cpu) {
      if ((cpu - region->first) % region->group < region->used) selected[cpu] = true;
    }
  }
  std::size_t count = 0;
  for (const bool is_selected : selected) count += is_selected ? 1 : 0;
  return count;
}

}  // namespace ftracectl
