#include "cli/safe_output.hpp"

#include <algorithm>

#include "base/printable.hpp"

namespace ftracectl::cli {

namespace {

constexpr std::size_t enough = 16384;

/// The length of `text` without the beginning of a sequence at its end that could still become whole.
std::size_t whole_length(std::string_view text) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if ((byte & 0xC0U) == 0x80U) continue;
    const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC2 ? 2 : 1;
    return length > back ? text.size() - back : text.size();
  }
  return text.size();
}

}  // namespace

void SafeOutput::Buffer::pass_on(Rest rest) {
  const std::size_t length = rest == Rest::is_whole ? waiting_.size() : whole_length(waiting_);
  if (length == 0) return;
  escaped_.clear();
  append_printable_lines(escaped_, std::string_view(waiting_).substr(0, length));
  waiting_.erase(0, length);
  to_.write(escaped_.data(), static_cast<std::streamsize>(escaped_.size()));
}

SafeOutput::Buffer::int_type SafeOutput::Buffer::overflow(int_type c) {
  if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
  const char byte = traits_type::to_char_type(c);
  return xsputn(&byte, 1) == 1 ? c : traits_type::eof();
}

std::streamsize SafeOutput::Buffer::xsputn(const char* text, std::streamsize count) {
  waiting_.append(text, static_cast<std::size_t>(count));
  if (waiting_.size() >= enough) pass_on(Rest::may_go_on);
  return to_.fail() ? 0 : count;
}

int SafeOutput::Buffer::sync() {
  pass_on(Rest::is_whole);
  to_.flush();
  return to_.fail() ? -1 : 0;
}

}  // namespace ftracectl::cli
