#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ftracectl {

/// The names of the kernel's addresses, from /proc/kallsyms: some 200,000 lines, read when the first one is
/// asked for (100 ms); or from a copy of that file, of another machine.
class KernelSymbols {
 public:
  KernelSymbols() = default;
  explicit KernelSymbols(std::string_view kallsyms);

  struct Place {
    std::string_view name;     ///< "vfs_write", or "nf_hook [nf_tables]" of a module's; empty: not known
    std::uint64_t offset = 0;  ///< of the address behind the symbol's begin, in bytes
    std::uint64_t size = 0;    ///< of the symbol: up to the next one
  };
  /// The name lives as long as this.
  Place find(std::uint64_t address);

 private:
  struct Symbol {
    std::uint64_t address = 0;
    std::string name;
  };

  void read();
  void add_line(std::string_view line);
  void sort();

  bool was_read_ = false;
  std::vector<Symbol> symbols_;  ///< by address
};

}  // namespace ftracectl
