#include "support/raw_pages.hpp"

#include "support/exec_truth.hpp"

namespace ftracectl::test {

namespace {

constexpr std::size_t page_size = 4096;
constexpr std::uint64_t missed = 3U << 30U;  // and how many stands behind the data

template <typename Number>
void append(std::string& to, Number number) {
  for (std::size_t i = 0; i < sizeof number; ++i) to += static_cast<char>(number >> (8 * i) & 0xFF);
}

}  // namespace

PageWriter::PageWriter(std::uint64_t time) : time_(time) {}

PageWriter& PageWriter::word(std::uint32_t bits) {
  append(data_, bits);
  return *this;
}

PageWriter& PageWriter::event(std::uint32_t delta, std::string_view payload) {
  std::string padded(payload);
  padded.resize((padded.size() + 3) / 4 * 4, '\0');
  const auto words = static_cast<std::uint32_t>(padded.size() / 4);
  if (words <= 28) {
    word(delta << 5U | words);
  } else {
    word(delta << 5U).word(4 * words + 4);
  }
  data_ += padded;
  return *this;
}

PageWriter& PageWriter::time_extend(std::uint64_t delta) {
  return word(static_cast<std::uint32_t>(delta & ((1U << 27U) - 1)) << 5U | 30U)
      .word(static_cast<std::uint32_t>(delta >> 27U));
}

PageWriter& PageWriter::time_stamp(std::uint64_t time) {
  return word(static_cast<std::uint32_t>(time & ((1U << 27U) - 1)) << 5U | 31U)
      .word(static_cast<std::uint32_t>(time >> 27U));
}

PageWriter& PageWriter::discarded(std::string_view payload) {
  word(1U << 5U | 29U).word(static_cast<std::uint32_t>(payload.size() + 4));
  data_ += payload;
  return *this;
}

PageWriter& PageWriter::lost(std::uint64_t count) {
  has_lost_ = true;
  lost_ = count;
  return *this;
}

std::string PageWriter::page() const {
  std::string page;
  append(page, time_);
  append(page, data_.size() | (has_lost_ ? missed : 0));
  page += data_;
  if (has_lost_) append(page, lost_);
  page.resize(page_size, '\0');
  return page;
}

std::string payload_of(std::uint16_t type, std::int32_t pid, std::string_view rest) {
  std::string payload;
  append(payload, type);
  append(payload, std::uint16_t{0});
  append(payload, static_cast<std::uint32_t>(pid));
  return payload.append(rest);
}

PageLayout fixture_layout(const std::string& kernel) {
  return parse_page_layout(fixture_text(kernel, "facts/events_header_page"),
                           fixture_text(kernel, "facts/events_header_event"));
}

}  // namespace ftracectl::test
