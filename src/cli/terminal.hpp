#pragma once

#include "report/screen.hpp"

namespace ftracectl::cli {

/// What text is printed on: COLUMNS, else the terminal's width, else 80 columns; blocks and branches where the locale is
/// one of UTF-8.
report::Screen find_screen();

}  // namespace ftracectl::cli
