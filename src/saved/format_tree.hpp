#pragma once

#include <ftracectl/event_table.hpp>
#include <iosfwd>
#include <string>

#include "kernel/files.hpp"

namespace ftracectl {

/// Adds the events of a tree of format files, FOLDER/formats/SYSTEM/EVENT/format or
/// FOLDER/SYSTEM/EVENT/format. Those that are not understood are left out, which is said on `err`, and so
/// are symbolic links in the tree: it may be a stranger's. Throws Error(failed) where there is none.
void add_format_tree(EventTable& table, const std::string& folder, std::ostream& err);

/// All events of the running kernel.
void add_kernel_formats(EventTable& table, Files& files);

}  // namespace ftracectl
