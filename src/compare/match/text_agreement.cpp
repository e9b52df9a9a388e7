#include "compare/match/text_agreement.hpp"

#include <algorithm>

namespace ftracectl::compare {

namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";  // U+FFFD

bool is_proper_prefix(std::string_view shorter, std::string_view longer) {
  return shorter.size() < longer.size() && longer.starts_with(shorter);
}

/// Whether `seen` is the beginning of `whole`, cut by its source.
bool is_cut_of(const SeenText& seen, std::string_view whole) {
  // Its own mark: strace's and the kernel's, and bpftrace's since 0.20.
  for (const std::string_view mark : {"...", ".."}) {
    if (seen.text.size() > mark.size() && seen.text.ends_with(mark) &&
        is_proper_prefix(seen.text.substr(0, seen.text.size() - mark.size()), whole))
      return true;
  }
  if (!is_proper_prefix(seen.text, whole)) return false;
  return seen.is_marked_cut || seen.may_be_cut || may_fill_buffer(seen);
}

/// 7.x kernels print '.' for what is not printable.
bool is_printed_form(std::string_view printed, std::string_view text) {
  return printed.size() == text.size() &&
         std::equal(printed.begin(), printed.end(), text.begin(), [](char p, char c) {
           return p == c || (p == '.' &&
                             (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e));
         });
}

/// Whether `shown` is `text` with U+FFFD, or '?', for the bytes that are not UTF-8: one for each, or for several.
bool is_replaced_form(std::string_view shown, std::string_view text) {
  const auto is_high = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
  bool is_replaced = false;
  while (!shown.empty() && !text.empty()) {
    const bool is_mark = shown.starts_with(replacement);
    if (shown.front() == text.front() && !is_mark) {
      shown.remove_prefix(1);
      text.remove_prefix(1);
    } else if ((is_mark || shown.front() == '?') && is_high(text.front())) {
      is_replaced = true;
      shown.remove_prefix(is_mark ? replacement.size() : 1);
      text.remove_prefix(1);
      // What follows of the same character, unless it has a mark of its own.
      while (!text.empty() && is_high(text.front()) && (shown.empty() || !is_high(shown.front())))
        text.remove_prefix(1);
    } else {
      return false;
    }
  }
  return is_replaced && shown.empty() && text.empty();
}

/// What makes `left` another form of `right`.
std::optional<Verdict> explain(const SeenText& left, const SeenText& right) {
  if (is_cut_of(left, right.text)) return Verdict::differ(Reason::truncated);
  if (is_printed_form(left.text, right.text)) return Verdict::differ(Reason::by_design, Detail::dots);
  if (is_replaced_form(left.text, right.text)) return Verdict::differ(Reason::by_design, Detail::replaced);
  const std::string bytes = bytes_of_latin1(left.text);
  if (bytes.empty()) return std::nullopt;
  if (bytes == right.text) return Verdict::differ(Reason::by_design, Detail::latin1);
  SeenText decoded = left;
  decoded.text = bytes;
  decoded.longest = 0;
  if (is_cut_of(decoded, right.text)) return Verdict::differ(Reason::truncated, Detail::latin1);
  return std::nullopt;
}

}  // namespace

bool fills_buffer(std::size_t size) {
  constexpr std::size_t least = 7;
  return size >= least && (size & (size + 1)) == 0;
}

bool may_fill_buffer(const SeenText& seen) {
  // "/usr/bin/python" has 15 bytes, too.
  constexpr std::size_t large = 63;
  return fills_buffer(seen.text.size()) && (seen.text.size() >= large || seen.longest <= seen.text.size());
}

std::string bytes_of_latin1(std::string_view text) {
  std::string bytes;
  bool is_any_high = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x80) {
      bytes += text[i];
      continue;
    }
    // U+0080 to U+00FF are two bytes, of which the first is C2 or C3.
    const bool is_pair = (c == 0xc2 || c == 0xc3) && i + 1 < text.size() &&
                         (static_cast<unsigned char>(text[i + 1]) & 0xc0) == 0x80;
    if (!is_pair) return {};
    const auto low = static_cast<unsigned char>(text[++i]) & 0x3f;
    bytes += static_cast<char>((c & 3) << 6 | low);
    is_any_high = true;
  }
  return is_any_high ? bytes : std::string();
}

Verdict compare_texts(const SeenText& left, const SeenText& right) {
  if (left.text == right.text) return Verdict::agree();
  if (const auto verdict = explain(left, right)) return *verdict;
  if (const auto verdict = explain(right, left)) return *verdict;
  if (left.text.empty() || right.text.empty()) return Verdict::differ(Reason::unreadable);
  return Verdict::differ(Reason::unexplained);
}

}  // namespace ftracectl::compare
