#pragma once

#include <string_view>

namespace ftracectl::report {

// The files below src/report/page/, in the program.

extern const std::string_view page_html;  ///< with %NAME% where parts of it go
extern const std::string_view page_style;
extern const std::string_view page_script;

}  // namespace ftracectl::report
