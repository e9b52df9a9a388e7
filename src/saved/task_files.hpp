#pragma once

#include <string>
#include <vector>

#include "saved/byte_source.hpp"

namespace ftracectl {

/// The files that a tool wrote for one task each, as 'strace -ff -o PREFIX' does: PREFIX.NUMBER, in the order of their
/// numbers. `path` is PREFIX, or a folder that holds such files; empty where there are none, or where `path` is a file.
std::vector<std::string> files_of_tasks(const std::string& path);

/// Opens one of them. Nobody has named it, so it must be a regular file: a link, a FIFO or a device may have been put there
/// by whoever can write to the folder. Throws Error(failed).
ByteSource open_task_file(const std::string& path);

}  // namespace ftracectl
