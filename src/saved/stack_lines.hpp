#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "kernel/stacks/object_names.hpp"
#include "model/memory/memory_map.hpp"

namespace ftracectl {

// stacks.jsonl: what a capture knew of the memory that user stacks lead to. parse_memory_line() throws std::exception
// for what is no such line.

/// A file that was mapped, or "[vdso]" and the like, or "" for memory without a name. The build id is empty where there
/// is none, or where the file could not be read.
///     {"object":1,"path":"/usr/lib/x86_64-linux-gnu/libc.so.6","build_id":"ac61ec5a8eb1396f9fbd350e3169a558528a40"}
struct ObjectLine {
  std::uint64_t object = 0;
  std::string path;
  std::string build_id;
  bool is_file = false;  ///< "inode":0 says that it is none
};

/// Where it was mapped, in a map of some process's memory that stacks lead to.
///     {"map":7,"begin":"7f39b5926000","end":"7f39b5a7c000","offset":155648,"object":1}
struct MappingLine {
  std::uint64_t map = 0;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint64_t offset = 0;
  std::uint64_t object = 0;
};

/// Which map that of an event was, by its thread and time stamp.
/// Frames, where it was unwound: the kernel's own are fewer.
///     {"tid":2169,"ts":2894836187123,"map":7,"frames":["7f39b5a63ad7","5581d4c012af"]}
/// Without a map, it is left out:
///     {"tid":2169,"ts":2894836187123}
struct StackLine {
  std::int32_t tid = -1;
  std::uint64_t ts = 0;
  std::uint64_t map = 0;  ///< 0: none
  std::vector<std::uint64_t> frames = {};
};

/// What was known of a place in an object's file: the address by the object's own tables, and the function.
///     {"object":1,"at":875223,"returned_to":true,"address":"d5ad7","function":"execve","into":7}
struct FrameLine {
  std::uint64_t object = 0;
  std::uint64_t at = 0;
  AddressKind kind = AddressKind::instruction;
  ObjectNames::Place place;
};

using MemoryLine = std::variant<ObjectLine, MappingLine, StackLine, FrameLine>;

std::string memory_line(const MemoryLine& line);
MemoryLine parse_memory_line(std::string_view line);

/// Makes the lines of a capture, none of them twice.
class StackLines {
 public:
  /// They stand behind each other, each with its newline, until they are taken.
  std::string take() { return std::move(lines_); }

  void stack(const StackLine& stack) { put(stack); }
  void mapping(std::uint64_t map, const Mapping& mapping, const std::string& build_id);
  /// Behind mapping().
  void frame(const Mapping& mapping, const std::string& build_id, std::uint64_t address, AddressKind kind,
             const ObjectNames::Place& place);

 private:
  void put(const MemoryLine& line);
  std::uint64_t object_of(const Mapping& mapping, const std::string& build_id);

  std::string lines_;
  std::map<std::pair<std::string, std::string>, std::uint64_t> objects_;  ///< by path and build id
  std::set<std::pair<std::uint64_t, std::uint64_t>> mappings_;            ///< map and begin
  std::set<std::tuple<std::uint64_t, std::uint64_t, AddressKind>> frames_;
};

}  // namespace ftracectl
