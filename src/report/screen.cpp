#include "report/screen.hpp"

#include <algorithm>
#include <array>

#include "base/printable.hpp"
#include "base/text.hpp"

namespace ftracectl::report {

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

namespace {

/// The beginning of valid UTF-8 that takes so many columns.
std::string_view first_columns(std::string_view text, std::size_t width) {
  std::size_t at = 0;
  for (std::size_t taken = 0; at < text.size(); ++taken) {
    if (taken == width) break;
    at += std::max<std::size_t>(utf8_length(text.substr(at)), 1);
  }
  return text.substr(0, at);
}

}  // namespace

std::string clipped(const Screen& screen, std::string_view text, std::size_t width) {
  // A byte takes no more than four columns, \xNN, and no more than four bytes take one.
  std::string shown = printable(text.substr(0, 4 * width + 4));
  if (columns(shown) <= width && text.size() <= 4 * width + 4) return shown;
  const std::string_view ellipsis = screen.is_utf8 ? "…" : "...";
  const std::size_t taken = std::min(columns(ellipsis), width);
  return std::string(first_columns(shown, width - taken)).append(ellipsis);
}

std::string left(const Screen& screen, std::string_view text, std::size_t width) {
  std::string shown = clipped(screen, text, width);
  shown.append(width - std::min(columns(shown), width), ' ');
  return shown;
}

std::string right(std::string_view text, std::size_t width) {
  return std::string(width - std::min(columns(text), width), ' ').append(text);
}

std::string bar(const Screen& screen, std::uint64_t part, std::uint64_t whole, std::size_t width) {
  if (whole == 0 || part == 0) return {};
  const double length = static_cast<double>(part) / static_cast<double>(whole) * static_cast<double>(width);
  if (!screen.is_utf8)
    return std::string(std::clamp<std::size_t>(static_cast<std::size_t>(length + 0.5), 1, width), '#');
  constexpr std::array<std::string_view, 8> eighths = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto eighth = std::clamp<std::size_t>(static_cast<std::size_t>(length * 8 + 0.5), 1, 8 * width);
  std::string text;
  for (std::size_t i = 0; i < eighth / 8; ++i) text += "█";
  return text.append(eighths[eighth % 8]);
}

std::string folded_words(std::string_view text, std::size_t width, std::string_view indent) {
  std::string folded(indent);
  std::size_t at = columns(indent);
  bool is_first = true;
  for (const auto word : split(text, ' ')) {
    const std::size_t length = columns(word);
    if (!is_first && at + 1 + length > width) {
      folded += '\n';
      folded += indent;
      at = columns(indent);
      is_first = true;
    }
    if (!is_first) folded += ' ';
    folded += word;
    at += length + (is_first ? 0 : 1);
    is_first = false;
  }
  return folded + '\n';
}

}  // namespace ftracectl::report
