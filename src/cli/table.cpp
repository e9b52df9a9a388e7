#include "cli/table.hpp"

#include <algorithm>
#include <ostream>

namespace ftracectl::cli {

namespace {

std::vector<std::size_t> column_widths(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i + 1 < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  return widths;
}

}  // namespace

void print_table(std::ostream& out, const std::vector<std::vector<std::string>>& rows, std::size_t indent) {
  const auto widths = column_widths(rows);
  for (const auto& row : rows) {
    out << std::string(indent, ' ');
    for (std::size_t i = 0; i < row.size(); ++i) {
      out << row[i];
      if (i + 1 < row.size()) out << std::string(widths[i] + 2 - row[i].size(), ' ');
    }
    out << "\n";
  }
}

void print_words(std::ostream& out, const std::string& label, const std::vector<std::string>& words) {
  constexpr std::size_t line_width = 100;
  out << label;
  std::size_t at = label.size();
  for (const auto& word : words) {
    const bool is_first = &word == &words.front();
    const bool is_last = &word == &words.back();
    if (!is_first && at + 1 + word.size() > line_width) {
      out << "\n" << std::string(label.size(), ' ');
      at = label.size();
    } else if (!is_first) {
      out << " ";
      ++at;
    }
    out << word << (is_last ? "" : ",");
    at += word.size() + 1;
  }
  out << "\n";
}

}  // namespace ftracectl::cli
