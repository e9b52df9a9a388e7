#include "saved/saved_stacks.hpp"

#include "base/user_frame.hpp"
#include "saved/saved_lines.hpp"

namespace ftracectl {

SavedStacks::SavedStacks(const InputFolder& folder, FindObject find) : find_(std::move(find)) {
  SavedLines lines(folder, "stacks.jsonl");
  while (auto line = lines.next(parse_memory_line)) take(std::move(*line));
}

void SavedStacks::take(MemoryLine line) {
  if (auto* object = std::get_if<ObjectLine>(&line)) {
    objects_[object->object].line = std::move(*object);
  } else if (const auto* part = std::get_if<MappingLine>(&line)) {
    maps_[part->map][part->begin] = {part->end, part->offset, part->object};
  } else if (auto* stack = std::get_if<StackLine>(&line)) {
    stacks_[stack->tid][stack->ts] = std::move(*stack);
  } else if (auto* frame = std::get_if<FrameLine>(&line)) {
    objects_[frame->object].places[{frame->at, frame->kind}] = std::move(frame->place);
  }
}

void SavedStacks::name(Event& event, const TaskTracker& /*tasks*/) {
  const auto of_thread = stacks_.find(event.tid);
  if (of_thread == stacks_.end()) return;
  const auto stack = of_thread->second.find(event.time.value);
  if (stack == of_thread->second.end()) return;
  if (stack->second.map == 0) {
    event.user_stack.clear();
    return;
  }
  const auto map = maps_.find(stack->second.map);
  if (map == maps_.end()) return;
  auto addresses = stack->second.frames;
  if (addresses.empty()) {
    for (const auto text : event.user_stack) addresses.push_back(address_of_frame(text).value_or(0));
  }
  made_.clear();
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    auto text =
        frame(map->second, addresses[i], i == 0 ? AddressKind::instruction : AddressKind::returned_to);
    made_.push_back(text.empty() ? address_frame(addresses[i]) : std::move(text));
  }
  event.user_stack.assign(made_.begin(), made_.end());
}

/// Empty where nothing is known of the address.
std::string SavedStacks::frame(const Map& map, std::uint64_t address, AddressKind kind) {
  const auto behind = map.upper_bound(address);
  if (behind == map.begin()) return {};
  const auto& [begin, part] = *std::prev(behind);
  const auto object = objects_.find(part.object);
  if (address >= part.end || object == objects_.end()) return {};
  return frame_of(place_of(object->second, address - begin + part.offset, kind), address,
                  object->second.line.path);
}

const ObjectNames::Place& SavedStacks::place_of(Object& object, std::uint64_t at, AddressKind kind) {
  ObjectNames::Place& place = object.places[{at, kind}];
  if (!place.is_known || !place.function.empty() || !find_ || object.line.build_id.empty()) return place;
  if (!object.was_looked_for) object.names = find_(object.line.path, object.line.build_id);
  object.was_looked_for = true;
  if (object.names != nullptr) place = object.names->find_address(place.address, kind);
  return place;
}

}  // namespace ftracectl
