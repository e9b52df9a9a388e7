#include "model/exec_probe.hpp"

#include <array>
#include <charconv>

namespace ftracectl {

namespace {

constexpr std::string_view group_prefix = "ftracectl_";

struct Registers {
  const char* file;
  const char* argv;
};

/// execve(file, argv, envp) and execveat(folder, file, argv, envp, flags).
constexpr Registers registers_of([[maybe_unused]] bool has_folder) {
#if defined(__x86_64__)
  return has_folder ? Registers{"%si", "%dx"} : Registers{"%di", "%si"};
#else
  return {nullptr, nullptr};
#endif
}

std::string hex(std::uint64_t number) {
  std::array<char, 16> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
  return "0x" + std::string(digits.data(), end);
}

/// " a0=+0(%di):x64[8]"
std::string words_at(const std::string& name, std::size_t offset, const std::string& address) {
  const std::string count = std::to_string(fetched_argument_size / 8);
  return " " + name + "=+" + std::to_string(offset) + "(" + address + "):x64[" + count + "]";
}

}  // namespace

std::string exec_probe_group(std::int32_t session) {
  return std::string(group_prefix) + std::to_string(session);
}

bool is_exec_probe_group(std::string_view group) { return group.starts_with(group_prefix); }

std::string exec_probe_definition(std::string_view group, std::string_view function, std::string_view path,
                                  std::uint64_t offset) {
  const Registers registers = registers_of(function == execveat_function);
  if (registers.file == nullptr) return {};
  std::string definition = "p:" + std::string(group) + "/" + std::string(function) + " " + std::string(path) +
                           ":" + hex(offset) + " file=" + registers.file + ":x64 argv=" + registers.argv +
                           ":x64";
  for (std::size_t i = 0; i < fetched_name_parts; ++i) {
    definition += words_at("n" + std::to_string(i), i * fetched_argument_size, registers.file);
  }
  for (std::size_t i = 0; i < fetched_arguments; ++i) {
    const std::string number = std::to_string(i);
    const std::string pointer = "+" + std::to_string(i * 8) + "(" + registers.argv + ")";
    definition += " p" + number + "=" + pointer + ":x64" + words_at("a" + number, 0, pointer);
  }
  return definition;
}

}  // namespace ftracectl
