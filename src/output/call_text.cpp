#include "output/call_text.hpp"

#include <array>
#include <cstdio>
#include <ftracectl/error.hpp>

#include "base/printable.hpp"

namespace ftracectl {

namespace {

/// From here on a result is the kernel's own: a signal interrupts the call, which is begun again or not.
constexpr std::int64_t first_internal_error = 512;

std::string quoted(const CallRecord::Argument& argument) {
  std::string text = "\"";
  for (const char c : printable(argument.text)) {
    if (c == '"') text += '\\';
    text += c;
  }
  return text + (argument.is_cut ? "\"..." : "\"");
}

/// The mode of open() means nothing unless a file may be made.
bool is_meant(const CallRecord& call, const CallRecord::Argument& argument) {
  const bool is_open = call.syscall == "open" || call.syscall == "openat";
  if (!is_open || argument.name != "mode") return true;
  for (const auto& other : call.args) {
    if (other.name == "flags")
      return other.text.find("O_CREAT") != other.text.npos || other.text.find("O_TMPFILE") != other.text.npos;
  }
  return true;
}

std::string result_text(const CallRecord& call) {
  if (!call.ret) return "?";
  if (call.status != CallRecord::Status::failed) {
    if (!call.returns_address) return std::to_string(*call.ret);
    std::array<char, 24> hex;
    std::snprintf(hex.data(), hex.size(), "0x%llx", static_cast<unsigned long long>(*call.ret));
    return hex.data();
  }
  const std::string name = result_error_name(*call.ret);
  if (*call.ret <= -first_internal_error) return "? " + name;
  return "-1 " + name + " (" + errno_text(static_cast<int>(-*call.ret)) + ")";
}

}  // namespace

std::string call_text(const CallRecord& call) {
  std::string text = printable(call.syscall) + "(";
  bool is_first = true;
  for (const auto& argument : call.args) {
    if (!is_meant(call, argument)) continue;
    if (!is_first) text += ", ";
    is_first = false;
    text += argument.kind == CallRecord::Argument::Kind::text ? quoted(argument) : argument.text;
  }
  if (!call.began) text += "...";
  return text + ") = " + result_text(call);
}

}  // namespace ftracectl
