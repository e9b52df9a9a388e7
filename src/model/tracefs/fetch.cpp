#include "model/tracefs/fetch.hpp"

#include <array>
#include <charconv>
#include <ftracectl/schema.hpp>

#include "base/text.hpp"
#include "model/tracefs/exec_probe.hpp"

namespace ftracectl {

namespace {

constexpr std::string_view name_prefix = "strings_";
constexpr std::size_t nonce_digits = 16;

std::string hex(std::uint64_t number) {
  std::array<char, nonce_digits> digits;
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr};
}

std::string event_name(const std::string& syscall, std::uint64_t nonce) {
  std::string digits = hex(nonce);
  digits.insert(0, nonce_digits - digits.size(), '0');
  return std::string(name_prefix) + syscall + "_" + digits;
}

/// `place_of(fetch)` is the argument in the language of probes: "$filename".
template <typename PlaceOf>
std::string strings_of(const std::vector<Fetch>& fetches, std::uint64_t nonce, PlaceOf place_of) {
  std::string text;
  for (std::size_t i = 0; i < fetches.size(); ++i)
    text += " p" + std::to_string(i) + "=" + place_of(fetches[i]) + ":x64";
  for (std::size_t i = 0; i < fetches.size(); ++i) {
    const std::string number = std::to_string(i);
    text += " s" + number + "=+0(" + place_of(fetches[i]) + "):ustring z" + number + "=\\0x" + hex(nonce) +
            ":x64";
  }
  return text;
}

/// The function of a system call gets the caller's registers, `struct pt_regs`.
struct CallFunction {
  std::string_view prefix;
  std::string_view registers;            ///< where their address is
  std::array<std::size_t, 6> arguments;  ///< the bytes before each argument in them
};

constexpr CallFunction of_x86_64 = {"__x64_sys_", "%di", {112, 104, 96, 56, 72, 64}};
constexpr CallFunction of_arm64 = {"__arm64_sys_", "%x0", {0, 8, 16, 24, 32, 40}};

}  // namespace

std::string strings_eprobe(std::string_view group, const std::vector<Fetch>& fetches, std::uint64_t nonce) {
  const std::string& syscall = fetches.front().syscall;
  return "e:" + std::string(group) + "/" + event_name(syscall, nonce) + " syscalls/sys_enter_" + syscall +
         strings_of(fetches, nonce, [](const Fetch& fetch) { return "$" + fetch.field; });
}

std::string strings_kprobe(std::string_view group, const std::vector<Fetch>& fetches, std::uint64_t nonce,
                           Architecture architecture) {
  if (architecture == Architecture::unknown) return {};
  const CallFunction& function = architecture == Architecture::x86_64 ? of_x86_64 : of_arm64;
  const std::string& syscall = fetches.front().syscall;
  return "p:" + std::string(group) + "/" + event_name(syscall, nonce) + " " + std::string(function.prefix) +
         syscall + strings_of(fetches, nonce, [&](const Fetch& fetch) {
           return "+" + std::to_string(function.arguments.at(fetch.argument)) + "(" +
                  std::string(function.registers) + ")";
         });
}

std::optional<StringsProbe> parse_strings_probe(std::string_view event_name) {
  const std::size_t shortest = name_prefix.size() + 1 + nonce_digits;
  if (event_name.size() <= shortest || !event_name.starts_with(name_prefix)) return std::nullopt;
  const auto digits = event_name.substr(event_name.size() - nonce_digits);
  const auto nonce = parse_number<std::uint64_t>(digits, 16);
  if (!nonce || event_name[event_name.size() - nonce_digits - 1] != '_') return std::nullopt;
  event_name.remove_prefix(name_prefix.size());
  event_name.remove_suffix(nonce_digits + 1);
  return StringsProbe{event_name, *nonce};
}

std::optional<std::string> end_of_marked_probe(const EventSchema& schema) {
  if (!is_exec_probe_group(schema.system) || schema.fields.empty()) return std::nullopt;
  if (const auto nonce = exec_eprobe_nonce(schema.name)) return exec_eprobe_end(*nonce);
  const auto strings = parse_strings_probe(schema.name);
  if (!strings) return std::nullopt;
  return " " + schema.fields.back().name + exec_eprobe_mark(strings->nonce);
}

}  // namespace ftracectl
