// For a program that is built without libdw, in the place of libdw_object.cpp.
#include "kernel/libdw/libdw_object.hpp"
#include "kernel/stacks/plain_object.hpp"

namespace ftracectl {

bool has_libdw() { return false; }

OpenObject object_opener(DebugFolders /*folders*/) { return open_plain_object; }

}  // namespace ftracectl
