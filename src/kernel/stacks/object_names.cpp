#include "kernel/stacks/object_names.hpp"

#include "base/user_frame.hpp"

namespace ftracectl {

std::string frame_of(const ObjectNames::Place& place, std::uint64_t address, const std::string& path) {
  if (path.empty()) return address_frame(address, "anonymous");
  if (!place.is_known) return address_frame(address, path);
  if (place.function.empty()) return object_frame(place.address, path);
  return function_frame(place.function, place.offset, path);
}

}  // namespace ftracectl
