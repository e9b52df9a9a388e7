#include "model/tracefs/stack_probe.hpp"

#include <charconv>

#include "model/tracefs/exec_probe.hpp"

namespace ftracectl {

std::string stack_probe_definition(std::string_view group, std::string_view path, std::uint64_t offset,
                                   Architecture architecture) {
  if (architecture != Architecture::x86_64) return {};
  std::array<char, 16> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), offset, 16).ptr;
  std::string definition = "p:" + std::string(group) + "/" + std::string(stack_probe_name) + " " +
                           std::string(path) + ":0x" + std::string(digits.data(), end) + " ip=%ip:x64";
  for (const auto& [name, number] : stack_probe_registers)
    definition += std::string(" ") + name + "=%" + name + ":x64";
  for (std::size_t i = 0; i < stack_probe_parts; ++i) {
    definition += " s" + std::to_string(i) + "=+" + std::to_string(i * stack_probe_part_size) + "(%sp):x64[" +
                  std::to_string(stack_probe_part_size / 8) + "]";
  }
  return definition;
}

bool is_stack_probe(std::string_view group, std::string_view name) {
  return name == stack_probe_name && is_exec_probe_group(group);
}

}  // namespace ftracectl
