#pragma once

#include <string>

#include "base/fd.hpp"

namespace ftracectl {

/// Whether a path is that of standard output: "", "-", "/dev/stdout" and its like. What is there is not opened anew,
/// which would empty a file that others append to, and cannot be done with a socket.
bool names_standard_output(const std::string& path);

/// Opens the file that `-o` names. A new one is for its owner alone, 0600: what is traced may be everybody's. One that
/// is there keeps its mode and is emptied; a FIFO waits for its reader.
///
/// A folder that others can write to may have been prepared, so it is as with fs.protected_symlinks and
/// fs.protected_regular, whatever these are set to: a symbolic link or a file is taken there only where it is ours,
/// root's or the folder's owner's. And through a link of another user we write only to what is there and is his: root
/// can be told to write into a folder of a user's, not to empty a file of its own. Throws Error(failed) with the path.
Fd open_for_output(const std::string& path);

}  // namespace ftracectl
