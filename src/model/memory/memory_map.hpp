#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ftracectl {

/// A part of a process's memory that holds code, as a line of /proc/PID/maps tells it:
///     7f39b5926000-7f39b5a7c000 r-xp 00026000 08:01 1234    /usr/lib/x86_64-linux-gnu/libc.so.6
struct Mapping {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;     ///< the first address behind it
  std::uint64_t offset = 0;  ///< of `begin` in the file, in bytes
  std::string device;        ///< "08:01"
  std::uint64_t inode = 0;   ///< 0: no file
  /// "/usr/bin/true", "/tmp/a (deleted)", "[vdso]"; empty for memory without a name, which holds code made at run time
  std::string path;

  bool has_file() const { return inode != 0; }
  bool contains(std::uint64_t address) const { return address >= begin && address < end; }
  friend bool operator==(const Mapping&, const Mapping&) = default;
};

/// All of a process's memory that holds code.
class MemoryMap {
 public:
  MemoryMap() = default;
  /// In any order.
  explicit MemoryMap(std::vector<Mapping> mappings);

  /// Null where there is no code.
  const Mapping* find(std::uint64_t address) const;
  const std::vector<Mapping>& mappings() const { return mappings_; }
  bool empty() const { return mappings_.empty(); }

 private:
  std::vector<Mapping> mappings_;  ///< by address
};

/// The lines of /proc/PID/maps whose memory can be executed. What is no such line is passed over.
MemoryMap parse_maps(std::string_view text);

}  // namespace ftracectl
