// For a program that is built without libdw, in the place of libdw_object.cpp.
#include "kernel/libdw/libdw_object.hpp"

namespace ftracectl {

bool has_libdw() { return false; }

OpenObject object_opener(DebugFolders /*folders*/) { return nullptr; }

}  // namespace ftracectl
