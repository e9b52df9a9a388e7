#include "decode/pages/page_reader.hpp"

#include <algorithm>
#include <cstring>

namespace ftracectl {

namespace {

/// In `commit`, beside the length of the page's data: entries were lost before this page, and how many stands
/// behind the data.
constexpr std::uint64_t missed_events = 1U << 31U;
constexpr std::uint64_t missed_stored = 1U << 30U;
constexpr std::uint64_t length_mask = (1U << 27U) - 1;

constexpr unsigned delta_bits = 27;
constexpr std::size_t header_size = 4;

/// The upper bits of a time that an absolute time stamp has no room for.
constexpr std::uint64_t stamp_top = std::uint64_t{0xf8} << 56U;
constexpr std::uint64_t stamp_wrap = std::uint64_t{1} << 59U;

template <typename Number>
Number load(std::string_view bytes, std::size_t at = 0) {
  Number number{};
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

/// As the kernel mends an absolute time stamp by the time before it.
std::uint64_t whole_stamp(std::uint64_t stamp, std::uint64_t before) {
  if ((before & stamp_top) == 0) return stamp;
  stamp |= before & stamp_top;
  return stamp < before ? stamp + stamp_wrap : stamp;
}

std::uint64_t load_commit(const PageLayout& layout, std::string_view page) {
  return layout.commit_size == 4 ? load<std::uint32_t>(page, layout.commit_offset)
                                 : load<std::uint64_t>(page, layout.commit_offset);
}

/// Whether `commit` makes sense from the other end alone. The length is in its low bits, and above them nothing
/// but two marks and the sign that the kernel extends them by.
bool is_big_endian(const PageLayout& layout, std::size_t page_size, std::uint64_t commit) {
  const std::size_t room = page_size - layout.data_offset;
  const auto fits = [room](std::uint64_t value) {
    const std::uint64_t above = value >> 32U;
    return (above == 0 || above == UINT32_MAX) && (value & length_mask) <= room;
  };
  if (fits(commit)) return false;
  return fits(layout.commit_size == 4 ? __builtin_bswap32(static_cast<std::uint32_t>(commit))
                                      : __builtin_bswap64(commit));
}

}  // namespace

PageCommit read_commit(const PageLayout& layout, std::string_view page) {
  const std::uint64_t commit = load_commit(layout, page);
  const bool has_lost = (commit & missed_events) != 0;
  return {commit & length_mask, has_lost, has_lost && (commit & missed_stored) != 0};
}

PageReader::PageReader(const PageLayout& layout, std::string_view page) : layout_(layout), rest_(page) {
  if (page.size() < layout.data_offset) {
    fail("a page that is shorter than its header");
    return;
  }
  time_ = load<std::uint64_t>(page);
  const std::uint64_t bits = load_commit(layout, page);
  if (is_big_endian(layout, page.size(), bits)) {
    fail("a page of a big-endian machine, which is not read");
    return;
  }
  const PageCommit commit = read_commit(layout, page);
  const std::size_t length = commit.length;
  if (length > page.size() - layout.data_offset) {
    fail("a page that says it has more data than a page can have");
    return;
  }
  rest_ = page.substr(layout.data_offset, length);
  if (commit.has_lost) read_lost(commit, page.substr(layout.data_offset + length));
}

void PageReader::read_lost(const PageCommit& commit, std::string_view behind_data) {
  has_lost_ = true;
  if (!commit.has_count || behind_data.size() < layout_.commit_size) return;
  lost_count_ =
      layout_.commit_size == 4 ? load<std::uint32_t>(behind_data) : load<std::uint64_t>(behind_data);
}

bool PageReader::fail(std::string_view why) {
  fault_ = why;
  payload_ = {};
  return false;
}

bool PageReader::advance() {
  while (!rest_.empty() && fault_.empty()) {
    if (rest_.size() < header_size) return fail("a page that ends in the middle of an entry");
    const auto header = load<std::uint32_t>(rest_);
    const unsigned type = header & 31U;
    const std::uint64_t delta = header >> 5U;
    const bool has_word = type == 0 || type > layout_.data_max;
    if (type == layout_.padding && delta == 0) break;  // nothing but padding up to the end
    if (has_word && rest_.size() < 2 * header_size) return fail("a page that ends in the middle of an entry");
    const auto word = has_word ? load<std::uint32_t>(rest_, header_size) : 0;
    std::size_t length = 2 * header_size;
    if (type == layout_.time_extend) {
      time_ += (std::uint64_t{word} << delta_bits) + delta;
    } else if (type == layout_.time_stamp) {
      time_ = whole_stamp((std::uint64_t{word} << delta_bits) + delta, time_);
    } else if (type == layout_.padding) {
      length = header_size + word;  // an entry that was discarded
    } else if (type > layout_.data_max) {
      return fail("an entry of a type that is not known");
    } else {
      time_ += delta;
      length = type == 0 ? header_size + word : header_size * (1 + type);
    }
    const std::size_t begin = type == 0 ? 2 * header_size : header_size;
    if (length < begin || length > rest_.size()) return fail("an entry that is longer than its page");
    const auto entry = rest_.substr(0, length);
    rest_.remove_prefix(std::min(rest_.size(), (length + 3) & ~std::size_t{3}));
    if (has_word && type != 0) {
      if (discarded_ != nullptr && type == layout_.padding)
        discarded_->push_back(entry.substr(std::min(entry.size(), 2 * header_size)));
      continue;
    }
    payload_ = entry.substr(begin);
    return true;
  }
  payload_ = {};
  return false;
}

}  // namespace ftracectl
