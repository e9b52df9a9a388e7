#pragma once

#include <functional>
#include <string_view>

#include "report/run.hpp"
#include "report/screen.hpp"

namespace ftracectl::report {

/// Takes the next piece of what is written.
using Writer = std::function<void(std::string_view)>;

/// Who started whom, a line each, with when, how long and how it ended. A process' failed attempts and later execs stand
/// below it like its children, in the order of time; a PATH search is one line.
void write_tree(const Run& run, const Screen& screen, const Writer& out);

}  // namespace ftracectl::report
