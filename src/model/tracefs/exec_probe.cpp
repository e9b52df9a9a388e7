#include "model/tracefs/exec_probe.hpp"

#include <array>
#include <charconv>

#include "base/text.hpp"

namespace ftracectl {

namespace {

constexpr std::string_view group_prefix = "ftracectl_";
constexpr std::size_t nonce_digits = 16;

struct Registers {
  const char* file;
  const char* argv;
};

/// execve(file, argv, envp) and execveat(folder, file, argv, envp, flags).
constexpr Registers registers_of(Architecture architecture, bool has_folder) {
  switch (architecture) {
    case Architecture::x86_64:
      return has_folder ? Registers{"%si", "%dx"} : Registers{"%di", "%si"};
    case Architecture::arm64:
      return has_folder ? Registers{"%x1", "%x2"} : Registers{"%x0", "%x1"};
    case Architecture::unknown:
      break;
  }
  return {nullptr, nullptr};
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
                                  std::uint64_t offset, Architecture architecture) {
  const Registers registers = registers_of(architecture, function == execveat_function);
  if (registers.file == nullptr) return {};
  std::string definition = "p:" + std::string(group) + "/" + execve_function + " " + std::string(path) + ":" +
                           hex(offset) + " file=" + registers.file + ":x64 argv=" + registers.argv + ":x64";
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

std::string exec_eprobe_definition(std::string_view group, std::string_view function, std::uint64_t nonce,
                                   Architecture architecture) {
  if (architecture == Architecture::unknown) return {};
  std::string digits = hex(nonce).substr(2);
  digits.insert(0, nonce_digits - digits.size(), '0');
  std::string definition = "e:" + std::string(group) + "/" + std::string(function) + "_" + digits +
                           " syscalls/sys_enter_" + std::string(function) +
                           " file=$filename:x64 argv=$argv:x64";
  for (std::size_t i = 0; i < fetched_arguments; ++i) {
    definition += " p" + std::to_string(i) + "=+" + std::to_string(i * 8) + "($argv):x64";
  }
  const std::string mark = "=\\" + hex(nonce) + ":x64";
  definition += " n=+0($filename):ustring zn" + mark;
  for (std::size_t i = 0; i < fetched_arguments; ++i) {
    const std::string number = std::to_string(i);
    definition += " s" + number + "=+0(+" + std::to_string(i * 8) + "($argv)):ustring z" + number + mark;
  }
  return definition;
}

std::optional<std::uint64_t> exec_eprobe_nonce(std::string_view event_name) {
  const auto line = event_name.find('_');
  if (line == std::string_view::npos || event_name.size() - line - 1 != nonce_digits) return std::nullopt;
  const auto function = event_name.substr(0, line);
  if (function != execve_function && function != execveat_function) return std::nullopt;
  return parse_number<std::uint64_t>(event_name.substr(line + 1), 16);
}

std::string exec_eprobe_mark(std::uint64_t nonce) { return "=" + hex(nonce); }

std::string exec_eprobe_end(std::uint64_t nonce) {
  return " z" + std::to_string(fetched_arguments - 1) + exec_eprobe_mark(nonce);
}

}  // namespace ftracectl
