#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <vector>

namespace ftracectl::cli {

/// Rows of cells, lined up by column, two blanks between, each row behind `indent` blanks. The last cell of a
/// row may be as long as it likes.
void print_table(std::ostream& out, const std::vector<std::vector<std::string>>& rows,
                 std::size_t indent = 0);

/// Words behind a label, broken into lines of about 100 columns, the later ones below the first word.
void print_words(std::ostream& out, const std::string& label, const std::vector<std::string>& words);

}  // namespace ftracectl::cli
