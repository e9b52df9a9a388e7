#pragma once

#include <sys/stat.h>

#include <string>

#include "base/fd.hpp"

namespace ftracectl {

/// The first part of a file, in which an ELF file has its segments and its build id.
std::string read_beginning(const Fd& file);

/// The file, or a copy of it in memory where it is not root's alone: who maps a file that another cuts short
/// meanwhile dies of it (SIGBUS). Without a descriptor where the copy would be too large.
Fd safe_to_map(Fd file, const struct stat& status);

}  // namespace ftracectl
