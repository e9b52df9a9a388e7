#pragma once

#include <string>
#include <vector>

namespace ftracectl {

/// The files that a tool wrote for one task each, as 'strace -ff -o PREFIX' does: PREFIX.NUMBER, in the order of their
/// numbers. `path` is PREFIX, or a folder that holds such files; empty where there are none, or where `path` is a file.
std::vector<std::string> files_of_tasks(const std::string& path);

}  // namespace ftracectl
