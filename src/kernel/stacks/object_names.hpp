#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/fd.hpp"
#include "model/memory/fetched_stack.hpp"

namespace ftracectl {

/// What an address of a stack is.
enum class AddressKind {
  instruction,  ///< the next one to execute: the innermost frame
  returned_to,  ///< behind a call, which may be the last instruction of its function: all others
};

/// What an object says of its code, an executable or a shared library: names, and how its functions return.
class ObjectNames {
 public:
  struct Place {
    std::string function;       ///< as the object has it, C++ names mangled; empty: no name
    std::uint64_t offset = 0;   ///< from the function's begin, in bytes
    std::uint64_t address = 0;  ///< as the object's own tables count
    bool is_known = false;      ///< false: nothing is mapped from there
  };

  virtual ~ObjectNames() = default;
  /// By the place in the object's file.
  virtual Place find(std::uint64_t file_offset, AddressKind kind) = 0;
  /// By the address that the object's own tables use.
  virtual Place find_address(std::uint64_t address, AddressKind kind) = 0;
  /// Makes the registers those of the caller of the function at that place. False where the object does not say how,
  /// or what it takes was not fetched.
  virtual bool step(std::uint64_t file_offset, AddressKind kind, FetchedStack& stack) = 0;
};

/// What a frame says of an address in an object (base/user_frame.hpp). An empty path: memory without a name.
std::string frame_of(const ObjectNames::Place& place, std::uint64_t address, const std::string& path);

/// A file and what it is called. Null where it is no object that can be read.
using OpenObject = std::function<std::unique_ptr<ObjectNames>(Fd file, const std::string& path)>;

}  // namespace ftracectl
