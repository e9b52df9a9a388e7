#include "decode/pages/page_layout.hpp"

#include <ftracectl/error.hpp>
#include <optional>
#include <string>

#include "base/text.hpp"

namespace ftracectl {

namespace {

constexpr std::size_t largest_page = std::size_t{64} * 1024 * 1024;

[[noreturn]] void fail(const char* file, const std::string& what) {
  throw Error(ErrorCode::failed, std::string("events/") + file + ": " + what);
}

/// The number behind `key` in a line, "offset:16;" or "padding     : type == 29".
std::optional<std::size_t> number_behind(std::string_view line, std::string_view key) {
  const auto at = line.find(key);
  if (at == std::string_view::npos) return std::nullopt;
  const auto rest = line.substr(at + key.size());
  return parse_number<std::size_t>(rest.substr(0, rest.find_first_not_of("0123456789")));
}

struct Place {
  std::size_t offset = 0;
  std::size_t size = 0;
};

Place field_in_page(std::string_view text, const std::string& name) {
  for (const auto line : split_lines(text)) {
    if (line.find(" " + name + ";") == std::string_view::npos) continue;
    const auto offset = number_behind(line, "offset:");
    const auto size = number_behind(line, "size:");
    if (!offset || !size || *offset > largest_page || *size > largest_page) break;
    return {*offset, *size};
  }
  fail("header_page", "no usable field '" + name + "'");
}

/// The first that is named; nothing where a kernel does not know such entries.
std::optional<unsigned> find_type_in_event(std::string_view text, std::string_view name) {
  for (const auto line : split_lines(text)) {
    if (!trim(line).starts_with(name)) continue;
    const auto type = number_behind(line, "== ");
    if (type && *type < 32) return static_cast<unsigned>(*type);
  }
  return std::nullopt;
}

unsigned type_in_event(std::string_view text, std::string_view name) {
  const auto type = find_type_in_event(text, name);
  if (!type) fail("header_event", "no type '" + std::string(name) + "'");
  return *type;
}

}  // namespace

PageLayout parse_page_layout(std::string_view header_page, std::string_view header_event) {
  PageLayout layout;
  const Place stamp = field_in_page(header_page, "timestamp");
  const Place commit = field_in_page(header_page, "commit");
  const Place data = field_in_page(header_page, "data");
  if (stamp.offset != 0 || stamp.size != 8) fail("header_page", "the time stamp is not 8 bytes in front");
  if (commit.size != 4 && commit.size != 8) fail("header_page", "commit has neither 4 nor 8 bytes");
  layout.commit_offset = commit.offset;
  layout.commit_size = commit.size;
  layout.data_offset = data.offset;
  layout.page_size = data.offset + data.size;
  if (commit.offset + commit.size > data.offset || data.size < 16) fail("header_page", "the fields overlap");
  layout.padding = type_in_event(header_event, "padding");
  layout.time_extend = type_in_event(header_event, "time_extend");
  // Kernels before 4.17 do not name it, and have no such entries.
  layout.time_stamp = find_type_in_event(header_event, "time_stamp").value_or(layout.time_stamp);
  layout.data_max = type_in_event(header_event, "data max type_len");
  return layout;
}

}  // namespace ftracectl
