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
    /// By place in the file; what was returned to is in the second.
    std::unordered_map<std::uint64_t, ObjectNames::Place> places;
    std::unordered_map<std::uint64_t, ObjectNames::Place> places_returned_to;
  };
  /// The mapping's file, by way of the process, whichever folder tree that sees: the very file that is mapped, though
  /// its path be another's by now. Null where it cannot be had.
  Object* find(const Mapping& mapping, pid_t pid);

  /// What is known of an address in that mapping. Lives until the next call.
  static const ObjectNames::Place& place_of(Object& object, const Mapping& mapping, std::uint64_t address,
                                            AddressKind kind);

 private:
  OpenObject open_;
  std::unordered_map<std::string, Object> objects_;  ///< by device, inode, size and times
};

}  // namespace ftracectl
