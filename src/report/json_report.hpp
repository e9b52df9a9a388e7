#pragma once

#include <string>

#include "report/figures.hpp"
#include "report/run.hpp"
#include "report/text_tree.hpp"

namespace ftracectl::report {

/// The report as one JSON object; keys as in share/doc/report.md.
void write_json(const Run& run, const Figures& figures, const std::string& title, const Writer& out);

}  // namespace ftracectl::report
