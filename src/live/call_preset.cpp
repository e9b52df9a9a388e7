#include "live/call_preset.hpp"

#include <algorithm>
#include <array>
#include <ftracectl/error.hpp>

#include "kernel/events.hpp"
#include "live/exec_preset.hpp"

namespace ftracectl {

namespace {

constexpr std::string_view enter_prefix = "syscalls:sys_enter_";

/// What C programs and strace call them, and what the kernel does.
struct Alias {
  std::string_view usual;
  std::string_view kernels;
};
constexpr std::array aliases = {Alias{"stat", "newstat"},   Alias{"lstat", "newlstat"},
                                Alias{"fstat", "newfstat"}, Alias{"fstatat", "newfstatat"},
                                Alias{"uname", "newuname"}, Alias{"pread", "pread64"},
                                Alias{"pwrite", "pwrite64"}};

std::string kernels_name(Files& files, const std::string& call) {
  const auto alias =
      std::find_if(aliases.begin(), aliases.end(), [&](const Alias& known) { return known.usual == call; });
  const bool is_other = alias != aliases.end() && !has_event(files, std::string(enter_prefix) + call);
  return is_other ? std::string(alias->kernels) : call;
}

}  // namespace

CallPreset call_preset(Files& files, const std::vector<std::string>& calls) {
  if (!has_event(files, "syscalls:sys_enter_execve"))
    throw Error(ErrorCode::feature_missing,
                "--calls: this kernel has no syscall events (CONFIG_FTRACE_SYSCALLS is off)");
  std::vector<std::string> patterns;
  for (const auto& call : calls) patterns.push_back(std::string(enter_prefix) + kernels_name(files, call));
  CallPreset preset{find_events(files, patterns), {}};
  std::vector<std::string>& events = preset.events;
  const std::size_t count = events.size();
  const auto add = [&](const std::string& event) {
    const bool is_there = std::find(events.begin(), events.end(), event) != events.end();
    const bool is_new = !is_there && has_event(files, event);
    if (is_new) events.push_back(event);
    return is_new;
  };
  for (std::size_t i = 0; i < count; ++i) add("syscalls:sys_exit_" + events[i].substr(enter_prefix.size()));
  add(std::string(exec_event));
  for (const auto event : task_events) add(std::string(event));
  for (const std::string_view event : uid_events) {
    if (add(std::string(event))) preset.for_users.emplace_back(event.substr(event.find(':') + 1));
  }
  return preset;
}

}  // namespace ftracectl
