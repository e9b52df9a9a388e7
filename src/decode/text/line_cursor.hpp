#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "decode/text/line_header.hpp"

namespace ftracectl {

inline constexpr std::size_t max_tid_digits = 7;
inline constexpr std::size_t old_tid_width = 5;  // until 5.9
inline constexpr std::size_t cpu_width = 3;
inline constexpr std::size_t max_cpu_digits = 5;
inline constexpr std::size_t least_flags = 4;
inline constexpr std::size_t most_blanks = 32;  // more than any column is wide
inline constexpr std::size_t most_flags = 8;

/// The third of the flags: "d.h1." was written by an interrupt.
inline CpuContext context_of(char flag) {
  if (flag == '.') return CpuContext::task;
  switch (flag) {
    case 'Z':
    case 'z':
      return CpuContext::nmi;
    case 'H':
    case 'h':
      return CpuContext::hardirq;
    case 's':
      return CpuContext::softirq;
    default:
      return CpuContext::task;
  }
}

/// Reads along a line. Each step fails for good (`no`) or for want of bytes (`need_more`).
class Cursor {
 public:
  explicit Cursor(std::string_view bytes, std::size_t at) : bytes_(bytes), at_(at) {}

  std::size_t at() const { return at_; }
  LineHeader::Fit fit() const { return fit_; }
  bool ok() const { return fit_ == LineHeader::Fit::yes; }
  char peek() {
    if (at_ < bytes_.size()) return bytes_[at_];
    fit_ = LineHeader::Fit::need_more;
    return '\0';
  }

  void fail() {
    if (ok()) fit_ = LineHeader::Fit::no;
  }

  /// "%-7d" of a thread id, or "%-5d" until 5.9; no pid_max has more digits than seven.
  std::int32_t left_aligned_tid(std::size_t columns) {
    const std::size_t start = at_;
    const auto tid = static_cast<std::int32_t>(digits(nullptr, max_tid_digits));
    while (ok() && at_ - start < columns) expect(' ');
    return tid;
  }
  std::int32_t right_aligned_tid() {
    const std::size_t start = at_;
    skip_blanks();
    const auto tid = static_cast<std::int32_t>(digits(nullptr, max_tid_digits));
    if (at_ - start != max_tid_digits) fail();
    return tid;
  }

  void expect(std::string_view text) {
    for (const char c : text) expect(c);
  }

  void expect(char c) {
    if (!ok()) return;
    if (peek() == c) {
      ++at_;
    } else if (ok()) {
      fit_ = LineHeader::Fit::no;
    }
  }

  /// "%3d" or "%03d".
  int cpu() {
    const std::size_t start = at_;
    skip_blanks();
    const std::size_t blanks = at_ - start;
    const auto cpu = static_cast<int>(digits(nullptr, max_cpu_digits));
    const std::size_t width = at_ - start;
    if (width < cpu_width || (blanks > 0 && width > cpu_width)) fail();
    return cpu;
  }

  void skip_blanks() {
    if (!ok()) return;
    const std::size_t stop = std::min(bytes_.size(), at_ + most_blanks + 1);
    const std::size_t start = at_;
    while (at_ < stop && bytes_[at_] == ' ') ++at_;
    if (at_ - start > most_blanks) return fail();
    if (at_ == bytes_.size()) fit_ = LineHeader::Fit::need_more;
  }

  std::uint64_t hex_digits(std::size_t* count) {
    const std::size_t start = at_;
    std::uint64_t value = 0;
    while (ok() && at_ - start < 16) {
      const char c = peek();
      const bool is_letter = c >= 'a' && c <= 'f';
      if (!is_letter && (c < '0' || c > '9')) break;
      value = value * 16 + static_cast<std::uint64_t>(is_letter ? c - 'a' + 10 : c - '0');
      ++at_;
    }
    if (ok() && at_ == start) fit_ = LineHeader::Fit::no;
    *count = at_ - start;
    return value;
  }

  /// A number of at most `most` digits, which fits 64 bits.
  std::uint64_t digits(std::size_t* count = nullptr, std::size_t most = 20) {
    if (count != nullptr) *count = 0;
    if (!ok()) return 0;
    const std::string_view text = bytes_.substr(at_, most);
    std::size_t length = 0;
    std::uint64_t value = 0;
    for (; length < text.size() && text[length] >= '0' && text[length] <= '9'; ++length) {
      const auto digit = static_cast<std::uint64_t>(text[length] - '0');
      if (length >= 19 && value > (UINT64_MAX - digit) / 10) fail();
      value = value * 10 + digit;
    }
    at_ += length;
    if (ok() && length == text.size() && length < most) fit_ = LineHeader::Fit::need_more;
    if (length == 0) fail();
    if (count != nullptr) *count = length;
    return value;
  }

  /// Whether "5.053518:" or "1234:" is next, and not flags, which may be digits as well.
  bool stands_time() {
    std::size_t at = at_;
    const auto skip_digits = [&] {
      while (at < bytes_.size() && bytes_[at] >= '0' && bytes_[at] <= '9') ++at;
    };
    skip_digits();
    if (at == at_) return false;
    if (at < bytes_.size() && bytes_[at] == '.') {
      ++at;
      skip_digits();
    }
    if (at == bytes_.size()) fit_ = LineHeader::Fit::need_more;
    return ok() && bytes_[at] == ':';
  }

  /// Four columns up to 5.10, five later; whatever a newer kernel adds is no blank either.
  CpuContext flags() {
    const std::size_t start = at_;
    while (ok() && peek() != ' ') {
      if (bytes_[at_] == '\n' || at_ - start == most_flags) fail();
      if (!ok()) return CpuContext::task;
      ++at_;
    }
    if (at_ - start < least_flags) fail();
    return ok() ? context_of(bytes_[start + 2]) : CpuContext::task;
  }

 private:
  std::string_view bytes_;
  std::size_t at_;
  LineHeader::Fit fit_ = LineHeader::Fit::yes;
};

}  // namespace ftracectl
