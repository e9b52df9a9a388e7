#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/fd.hpp"

namespace ftracectl {

/// Where files with the names of stripped objects are, beside the objects' own folders.
struct DebugFolders {
  std::vector<std::string> debug = {
      "/usr/lib/debug"};  ///< with ".build-id/AB/CDEF….debug" and paths of objects
  std::string cache;      ///< of the debuginfod client: "BUILDID/debuginfo"; empty: none
};

/// An object, as one is looked for. Whatever a file is called, it must have the object's build id or, where there is
/// none, its checksum. All give no descriptor where there is no such file.
struct WantedObject {
  std::string path;
  std::string build_id;  ///< in hex; empty: it has none
};

/// Its debug information, by the build id.
Fd open_debug_file(const DebugFolders& folders, const WantedObject& object);
/// The same by the name and the checksum of its .gnu_debuglink: beside the object, in .debug beside it, and under the
/// object's folder in the folders of debug files.
Fd open_linked_debug_file(const DebugFolders& folders, const WantedObject& object, const std::string& name,
                          std::uint32_t checksum);
/// The object itself or its debug information, on a machine that may be another than the one it was mapped on.
Fd open_same_object(const DebugFolders& folders, const WantedObject& object);

}  // namespace ftracectl
