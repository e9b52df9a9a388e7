#pragma once

#include <string>
#include <unordered_set>

namespace ftracectl {

/// The names of the kernel's functions, modules' included, from /proc/kallsyms: some 100,000 lines, 50 ms.
/// Empty where it cannot be read.
std::unordered_set<std::string> read_kernel_functions();

}  // namespace ftracectl
