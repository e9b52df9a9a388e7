#pragma once

#include <string>
#include <vector>

namespace workload {

/// Longer than the 15 bytes of a task's name.
constexpr const char* long_name = "averyveryverylongprogramname";

/// Names that a task may have, and that look like something else in a line of trace_pipe. The last ones
/// cannot be a file's name.
const std::vector<std::string>& comms();

}  // namespace workload
