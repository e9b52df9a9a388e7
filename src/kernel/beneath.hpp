#pragma once

#include <sys/types.h>

#include <ftracectl/error.hpp>
#include <string>
#include <vector>

#include "base/fd.hpp"

namespace ftracectl {

// Files in a folder that somebody else made, or can write to. Such a folder is entered by descriptor, and no name in
// it leads out: symbolic links are not followed, wherever they point to.

/// What a folder or file that is named by the user is opened as: links on the way to it are followed. An empty Fd, with
/// errno set, where that fails.
Fd open_folder(const std::string& path);

/// Opens `path`, relative to `folder`. ELOOP for a symbolic link in any place of it; EXDEV for an absolute path, and
/// for one with "..", "." or a NUL. An empty Fd with errno set when it fails.
Fd open_beneath(int folder, const std::string& path, int flags, mode_t mode = 0);

/// Opens a regular file for reading, and nothing else: not even for a moment a FIFO or a device, whose opening may wait
/// or do something. Throws Error(failed) with `name`.
Fd open_regular_beneath(int folder, const std::string& path, const std::string& name);

/// The names in a folder beneath, or in this one where `path` is empty; sorted, without "." and "..". Throws Error(failed) with `name`.
std::vector<std::string> list_beneath(int folder, const std::string& path, const std::string& name);

/// All of an open file. Throws Error(failed) with `name`: it cannot be read, or has more than `limit` bytes.
std::string read_up_to(const Fd& file, std::size_t limit, const std::string& name);

namespace detail {

/// open_beneath() for kernels before 5.6, and where a sandbox keeps openat2(2) from us.
Fd open_stepwise(int folder, const std::string& path, int flags, mode_t mode);

}  // namespace detail

}  // namespace ftracectl
