#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "kernel/stacks/object_names.hpp"
#include "model/memory/memory_map.hpp"

namespace ftracectl {

/// Opens the files that are mapped into processes, each once, and names what is in them.
class MappedObjects {
 public:
  explicit MappedObjects(OpenObject open) : open_(std::move(open)) {}

  struct Object {
    std::string build_id;  ///< in hex; empty: it has none
    std::unique_ptr<ObjectNames> names;
    /// Frames by their place in the file; those of return addresses are in the second.
    std::unordered_map<std::uint64_t, std::string> frames;
    std::unordered_map<std::uint64_t, std::string> frames_returned_to;
  };
  /// The mapping's file, by way of the process, whichever folder tree that sees: the very file that is mapped, though
  /// its path be another's by now. Null where it cannot be had.
  Object* find(const Mapping& mapping, pid_t pid);

  /// The frame of an address in that mapping (base/user_frame.hpp). Lives until the next find().
  static const std::string& frame(Object& object, const Mapping& mapping, std::uint64_t address,
                                  AddressKind kind);

 private:
  OpenObject open_;
  std::unordered_map<std::string, Object> objects_;  ///< by device, inode, size and times
};

}  // namespace ftracectl
