#include "decode/pages/field_bytes.hpp"

#include <algorithm>
#include <cstring>

namespace ftracectl {

std::optional<std::string_view> bytes_of(const Field& field, std::string_view entry) {
  if (field.offset > entry.size()) return std::nullopt;
  if (field.storage == Field::Storage::fixed) {
    const bool is_trailing = field.size == 0;
    const std::size_t there = entry.size() - field.offset;
    if (!is_trailing && field.size > there) return std::nullopt;
    return entry.substr(field.offset, is_trailing ? there : field.size);
  }
  if (entry.size() - field.offset < sizeof(std::uint32_t)) return std::nullopt;
  std::uint32_t location = 0;
  std::memcpy(&location, entry.data() + field.offset, sizeof location);
  std::size_t begin = location & 0xFFFFU;
  const std::size_t length = location >> 16U;
  if (field.storage == Field::Storage::rel_loc) begin += field.offset + sizeof location;
  if (begin > entry.size() || length > entry.size() - begin) return std::nullopt;
  return entry.substr(begin, length);
}

std::uint64_t number_of(std::string_view bytes, bool is_signed) {
  std::uint64_t number = 0;
  const std::size_t size = std::min(bytes.size(), sizeof number);
  if (size == 0) return 0;
  std::memcpy(&number, bytes.data(), size);
  const auto unused = static_cast<unsigned>(64 - 8 * size);
  if (!is_signed || unused == 0) return number;
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(number << unused) >> unused);
}

std::string_view text_of(std::string_view bytes) { return bytes.substr(0, bytes.find('\0')); }

}  // namespace ftracectl
