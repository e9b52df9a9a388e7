#pragma once

#include "kernel/libdw/libdw_object.hpp"

namespace ftracectl::cli {

/// Where the names of stripped objects are looked for: the system's folder, and the cache of the user's debuginfod
/// client ($DEBUGINFOD_CACHE_PATH, or under $XDG_CACHE_HOME or $HOME).
DebugFolders debug_folders();

/// As of FindObject: in these folders, or where it was.
std::unique_ptr<ObjectNames> find_object(const std::string& path, const std::string& build_id);

}  // namespace ftracectl::cli
