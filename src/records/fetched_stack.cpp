#include "records/fetched_stack.hpp"

#include "decode/pages/field_bytes.hpp"
#include "model/tracefs/stack_probe.hpp"

namespace ftracectl {

namespace {

std::optional<std::uint64_t> number_in_field(const Event& event, const char* name) {
  const Field* field = event.schema->find(name);
  const auto bytes = field != nullptr && field->size == 8 ? bytes_of(*field, event.text) : std::nullopt;
  if (!bytes) return std::nullopt;
  return load_number(bytes->data(), 8);
}

}  // namespace

std::optional<FetchedStack> read_fetched_stack(const Event& event) {
  if (event.schema == nullptr || !is_stack_probe(event.schema->system, event.schema->name))
    return std::nullopt;
  FetchedStack stack;
  stack.registers[return_address_number] = number_in_field(event, "ip");
  for (const auto& [name, number] : stack_probe_registers)
    stack.registers[number] = number_in_field(event, name);
  if (!stack.registers[return_address_number] || !stack.registers[stack_pointer_number]) return std::nullopt;
  stack.begin = *stack.registers[stack_pointer_number];
  for (std::size_t i = 0; i < stack_probe_parts; ++i) {
    const Field* part = event.schema->find("s" + std::to_string(i));
    const auto bytes = part != nullptr ? bytes_of(*part, event.text) : std::nullopt;
    if (!bytes || bytes->size() != stack_probe_part_size) break;
    stack.bytes += *bytes;
  }
  return stack;
}

}  // namespace ftracectl
