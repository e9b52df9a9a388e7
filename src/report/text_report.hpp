#pragma once

#include <string>

#include "report/figures.hpp"
#include "report/run.hpp"
#include "report/screen.hpp"

namespace ftracectl::report {

/// The report for a terminal: what is missing first, then how many, what failed, who did it, and when.
std::string text_report(const Run& run, const Figures& figures, const std::string& title,
                        const Screen& screen);

/// Sentences about what is missing from the run or may be; the same for all reports. Empty where nothing is.
std::vector<std::string> doubts(const Run& run);

}  // namespace ftracectl::report
