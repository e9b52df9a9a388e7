#pragma once

#include <ftracectl/error.hpp>
#include <string>

#include "base/fd.hpp"

namespace ftracectl {

// What the writer of a journal and those who recover it share about its file.

inline constexpr const char* journal_suffix = ".journal";

/// The error of a system call on a journal or its folder, with what to do.
Error journal_error(const std::string& path, const std::string& what, int system_errno);

/// Makes the folder with mode 0700 where it is not there, and opens it as open_journal_folder() does.
Fd make_journal_folder(const std::string& folder);

/// An empty Fd where there is no such folder. Throws Error where it is no folder of ours alone, or where somebody
/// else than root and us could put another in its place: a journal is replayed with our rights, so nobody else may be
/// able to write one.
Fd open_journal_folder(const std::string& folder);

/// Opens a journal in such a folder, to read and to append to; it is ours alone. An empty Fd where it is not there.
Fd open_journal_file(const std::string& path);

/// Whether an open file has not been removed.
bool is_linked(const Fd& file);

/// Appends a line whole, or not at all; gives the errno.
int append_line(const Fd& file, const std::string& line);

/// Tells one run of the kernel from the next; empty where it cannot be read.
std::string read_boot_id();

}  // namespace ftracectl
