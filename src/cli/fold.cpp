#include "cli/fold.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace ftracectl::cli {

namespace {

constexpr std::size_t terminal_columns = 80;

/// Appends `line`, broken at blanks; `indent` stands before each further line, and `mark` ends each but the
/// last.
void append_folded(std::string& out, std::string_view text, std::size_t indent, std::string_view mark,
                   std::size_t columns = terminal_columns) {
  std::string line(text);
  while (line.size() > columns) {
    const auto begin = std::max(indent, line.find_first_not_of(' '));
    auto at = line.rfind(' ', columns - mark.size());
    if (at == std::string::npos || at <= begin) at = line.find(' ', begin);
    if (at == std::string::npos) break;
    out.append(line, 0, at).append(mark).append("\n");
    line = std::string(indent, ' ') + line.substr(at + 1);
  }
  out.append(line).append("\n");
}

/// Where the text of "  lost         the side ..." begins.
std::size_t text_column(std::string_view line) {
  const auto word = line.find_first_not_of(' ');
  const auto gap = line.find("  ", word);
  return gap == std::string_view::npos ? word + 2 : line.find_first_not_of(' ', gap);
}

}  // namespace

std::string fold_text(std::string_view text) {
  std::string out;
  std::string paragraph;
  const auto finish = [&] {
    if (!paragraph.empty()) append_folded(out, paragraph, 0, "");
    paragraph.clear();
  };
  for (const auto line : split_lines(text)) {
    if (!line.empty() && line.front() != ' ') {
      paragraph += (paragraph.empty() ? "" : " ") + std::string(line);
      continue;
    }
    finish();
    append_folded(out, line, line.empty() ? 0 : text_column(line), "");
  }
  finish();
  return out;
}

std::string fold_example(std::string_view text, std::size_t columns) {
  std::string out;
  for (const auto line : split_lines(text))
    append_folded(out, "  " + std::string(trim(line)), 6, " \\", columns);
  return out;
}

}  // namespace ftracectl::cli
