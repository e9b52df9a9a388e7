#pragma once

#include <sys/types.h>

#include <vector>

#include "base/fd.hpp"

namespace ftracectl {

/// A descriptor that becomes readable when the process ends. None before Linux 5.3, nor where a filter of
/// system calls forbids it: who gets none looks again and again.
Fd open_pidfd(pid_t pid);

/// Whether a child of ours has ended. It can still be waited for.
bool has_ended(pid_t child);

/// Closes all descriptors from `first` on but for the kept ones, which may be -1. Before Linux 5.9, one by one.
void close_all_from(int first, std::vector<int> kept);

}  // namespace ftracectl
