#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "kernel/stacks/object_names.hpp"
#include "model/memory/fetched_stack.hpp"
#include "model/memory/memory_map.hpp"

namespace ftracectl {

struct Unwound {
  std::vector<std::uint64_t> frames;     ///< innermost first; the first is where the stack was fetched
  std::optional<std::uint64_t> outside;  ///< where the last returns to, if the map has no code there
};

/// Goes from a function to its caller for as long as the objects' tables say how, and what they need of the stack was
/// fetched.
Unwound unwind(FetchedStack stack, const MemoryMap& map,
               const std::function<ObjectNames*(const Mapping&)>& object_of);

}  // namespace ftracectl
