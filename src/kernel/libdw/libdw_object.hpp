#pragma once

#include "kernel/stacks/debug_files.hpp"
#include "kernel/stacks/object_names.hpp"

namespace ftracectl {

/// Whether the program was built with libdw. Without it, addresses are told by object and have no names.
bool has_libdw();

/// Opens objects by elfutils' libdw: names are those of .symtab, of .dynsym with those of .gnu_debugdata
/// (MiniDebugInfo), or of the file in `folders` that has the object's build id or, by .gnu_debuglink, its checksum.
/// The network is not asked. Empty without libdw.
OpenObject object_opener(DebugFolders folders);

}  // namespace ftracectl
