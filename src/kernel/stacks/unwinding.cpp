#include "kernel/stacks/unwinding.hpp"

#include "model/tracefs/stack_probe.hpp"

namespace ftracectl {

namespace {

constexpr std::size_t max_frames = 128;
constexpr std::uint8_t frame_pointer_number = 6;

/// Code without tables, made at run time: if it has frame pointers, they lead on.
bool step_by_frame_pointer(FetchedStack& stack) {
  const auto pointer = stack.registers[frame_pointer_number];
  const auto caller = pointer ? stack.word(*pointer + 8) : std::nullopt;
  const auto next = pointer ? stack.word(*pointer) : std::nullopt;
  if (!caller || !next) return false;
  stack.registers[return_address_number] = *caller;
  stack.registers[stack_pointer_number] = *pointer + 16;
  stack.registers[frame_pointer_number] = *next;
  return true;
}

}  // namespace

Unwound unwind(FetchedStack stack, const MemoryMap& map,
               const std::function<ObjectNames*(const Mapping&)>& object_of) {
  Unwound unwound;
  auto& frames = unwound.frames;
  while (frames.size() < max_frames) {
    const auto address = stack.registers[return_address_number];
    const Mapping* mapping = address ? map.find(*address) : nullptr;
    if (mapping == nullptr) {
      unwound.outside = address;
      break;
    }
    const auto kind = frames.empty() ? AddressKind::instruction : AddressKind::returned_to;
    frames.push_back(*address);
    const auto before = stack.registers[stack_pointer_number];
    ObjectNames* object = mapping->has_file() ? object_of(*mapping) : nullptr;
    const bool went_on =
        (object != nullptr && object->step(*address - mapping->begin + mapping->offset, kind, stack)) ||
        (object == nullptr && step_by_frame_pointer(stack));
    // The stack grows down: a caller's part is above its callee's.
    if (!went_on || !stack.registers[stack_pointer_number] || stack.registers[stack_pointer_number] <= before)
      break;
  }
  return unwound;
}

}  // namespace ftracectl
