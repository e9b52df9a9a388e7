#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "kernel/stacks/object_names.hpp"
#include "model/memory/fetched_stack.hpp"
#include "model/memory/memory_map.hpp"

namespace ftracectl {

/// Goes from a function to its caller for as long as the objects' tables say how, and what they need of the stack was
/// fetched. Gives where each of them is, innermost first; the first is where the stack was fetched.
std::vector<std::uint64_t> unwind(FetchedStack stack, const MemoryMap& map,
                                  const std::function<ObjectNames*(const Mapping&)>& object_of);

}  // namespace ftracectl
