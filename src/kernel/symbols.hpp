#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ftracectl {

/// The names of the kernel's addresses, from /proc/kallsyms: some 200,000 lines, read when the first one is
/// asked for (100 ms).
class KernelSymbols {
 public:
  /// "vfs_write", or "nf_hook [nf_tables]" of a module's, as the kernel prints it by %ps. Empty where the
  /// kernel does not tell. What is given lives as long as this.
  std::string_view find(std::uint64_t address);

 private:
  struct Symbol {
    std::uint64_t address = 0;
    std::string name;
  };

  void read();

  bool was_read_ = false;
  std::vector<Symbol> symbols_;  ///< by address
};

}  // namespace ftracectl
