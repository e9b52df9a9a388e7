#pragma once

#include <string>

#include "base/fd.hpp"
#include "output/file_rights.hpp"

namespace ftracectl {

/// Whether a path is that of standard output: "", "-", "/dev/stdout" and its like. What is there is not opened anew,
/// which would empty a file that others append to, and cannot be done with a socket.
bool names_standard_output(const std::string& path);

/// What becomes of what a file holds already.
enum class Existing { is_emptied, is_kept };

/// A file, and where it is: its folder (O_PATH) and its name there, behind all symbolic links. The folder is empty
/// for what has no name of its own (/proc/self/fd/N).
struct OpenedFile {
  Fd file;
  Fd folder;
  std::string name;
};

/// Opens the file that `-o` names. A new one gets `rights`, by default for its owner alone, 0600: what is traced may
/// be everybody's. One that is there keeps its own and is emptied; a FIFO waits for its reader. Bytes go to the end of
/// a regular file, wherever others have put that meanwhile.
///
/// A folder that others can write to may have been prepared, so it is as with fs.protected_symlinks and
/// fs.protected_regular, whatever these are set to: a symbolic link or a file is taken there only where it is ours,
/// root's or the folder's owner's. And through a link of another user we write only to what is there and is his: root
/// can be told to write into a folder of a user's, not to empty a file of its own. Throws Error(failed) with the path.
OpenedFile open_for_output(const std::string& path, Existing existing = Existing::is_emptied,
                           const FileRights& rights = {});

}  // namespace ftracectl
