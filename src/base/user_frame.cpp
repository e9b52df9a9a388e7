#include "base/user_frame.hpp"

#include <cxxabi.h>

#include <array>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "base/text.hpp"

namespace ftracectl {

namespace {

/// A mangled name can stand for one that is longer by any factor.
constexpr std::size_t longest_mangled = 512;
constexpr std::size_t longest_demangled = 4096;

std::string in_object(std::string text, std::string_view object) {
  return text.append(" (").append(object).append(")");
}

std::string hex(std::uint64_t number) {
  std::array<char, 24> text;
  std::snprintf(text.data(), text.size(), "0x%" PRIx64, number);
  return text.data();
}

/// "server::serve(int) const" without what stands behind the name. "(anonymous namespace)::serve" has no parameters.
std::string_view without_parameters(std::string_view name) {
  const auto end = name.rfind(')');
  if (end == std::string_view::npos || name.find("::", end) != std::string_view::npos) return name;
  int depth = 0;
  for (std::size_t at = end + 1; at-- > 0;) {
    if (name[at] == ')') ++depth;
    if (name[at] == '(' && --depth == 0) return at > 0 ? name.substr(0, at) : name;
  }
  return name;
}

}  // namespace

std::string function_frame(std::string_view function, std::uint64_t offset, std::string_view object) {
  return in_object(std::string(function) + "+" + hex(offset), object);
}

std::string object_frame(std::uint64_t address_in_object, std::string_view object) {
  return in_object(hex(address_in_object), object);
}

std::string address_frame(std::uint64_t address, std::string_view object) {
  return in_object(address_frame(address), object);
}

std::string address_frame(std::uint64_t address) {
  std::array<char, 24> text;
  std::snprintf(text.data(), text.size(), "<%016" PRIx64 ">", address);
  return text.data();
}

std::optional<std::uint64_t> address_of_frame(std::string_view frame) {
  if (frame.size() < 3 || frame.front() != '<' || frame.back() != '>') return std::nullopt;
  return parse_number<std::uint64_t>(frame.substr(1, frame.size() - 2), 16);
}

std::string readable_frame(std::string_view frame) {
  const auto length = frame.find("+0x");
  if (!frame.starts_with("_Z") || length == std::string_view::npos || length > longest_mangled)
    return std::string(frame);
  const std::string mangled(frame.substr(0, length));
  const std::unique_ptr<char, decltype(&std::free)> name(
      abi::__cxa_demangle(mangled.c_str(), nullptr, nullptr, nullptr), &std::free);
  if (name == nullptr) return std::string(frame);
  const std::string_view readable = name.get();
  if (readable.size() > longest_demangled) return std::string(frame);
  return std::string(without_parameters(readable)).append(frame.substr(length));
}

}  // namespace ftracectl
