#include "support/probe_text.hpp"

#include <array>
#include <cstdio>

namespace ftracectl::test {

namespace {

std::string hex(std::uint64_t number) {
  std::array<char, 20> text;
  std::snprintf(text.data(), text.size(), "0x%llx", static_cast<unsigned long long>(number));
  return text.data();
}

/// "{0x68732f6e69622f,0x0,...}" of the 64 bytes at `at`.
std::string words(const std::string& bytes, std::size_t at) {
  std::string text = "{";
  for (std::size_t word = 0; word < 8; ++word) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i) {
      const std::size_t place = at + word * 8 + i;
      const auto byte = place < bytes.size() ? static_cast<unsigned char>(bytes[place]) : 0U;
      value |= std::uint64_t{byte} << (8 * i);
    }
    text += (word > 0 ? "," : "") + hex(value);
  }
  return text + "}";
}

}  // namespace

std::string probe_text(const ProbedCall& call) {
  std::string text =
      "execve: (0x7ffa37e03ad0) file=" + hex(call.filename_addr) + " argv=" + hex(call.argv_addr);
  for (std::size_t part = 0; part < 2; ++part) {
    text += " n" + std::to_string(part) + "=" + words(call.filename + call.behind, part * 64);
  }
  for (std::size_t i = 0; i < 16; ++i) {
    const bool is_argument = i < call.argv.size();
    const bool is_null = i == call.argv.size();
    const std::string bytes = is_argument ? call.argv[i] + call.behind : is_null ? "" : "PATH=/bin";
    text += " p" + std::to_string(i) + "=" + hex(is_null ? 0 : 0x55bc6500 + i * 16);
    text += " a" + std::to_string(i) + "=" + words(bytes, 0);
  }
  return text;
}

std::string eprobe_text(const EprobedCall& call) {
  const std::string mark = "=" + hex(eprobe_nonce);
  const auto string = [](const std::optional<std::string>& text) {
    return text ? "\"" + *text + "\"" : std::string("(fault)");
  };
  std::string text = std::string(eprobe_name) +
                     ": (syscalls.sys_enter_execve) file=" + hex(call.filename_addr) +
                     " argv=" + hex(call.argv_addr);
  for (std::size_t i = 0; i < 16; ++i) {
    const std::uint64_t usual = i == call.argv.size() ? 0 : 0x55bc6500 + i * 16;
    text += " p" + std::to_string(i) + "=" + hex(i < call.pointers.size() ? call.pointers[i] : usual);
  }
  text += " n=" + string(call.filename) + " zn" + mark;
  for (std::size_t i = 0; i < 16; ++i) {
    const bool is_argument = i < call.argv.size();
    const auto& bytes = is_argument             ? call.argv[i]
                        : i == call.argv.size() ? std::nullopt
                                                : std::optional(call.behind);
    text += " s" + std::to_string(i) + "=" + string(bytes) + " z" + std::to_string(i) + mark;
  }
  return text;
}

}  // namespace ftracectl::test
