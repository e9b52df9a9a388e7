#include "live/argument_probes.hpp"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <ftracectl/error.hpp>

#include "kernel/libc_function.hpp"
#include "model/tracefs/exec_probe.hpp"
#include "model/tracefs/stack_probe.hpp"

namespace ftracectl {

namespace {

/// Not to be guessed by anybody whose arguments are fetched. (std::random_device asks for glibc 2.36.)
std::uint64_t new_nonce() {
  std::uint64_t nonce = 0;
  ssize_t length = 0;
  do {
    length = ::getrandom(&nonce, sizeof nonce, 0);
  } while (length < 0 && errno == EINTR);
  if (length != sizeof nonce) throw Error(ErrorCode::failed, "getrandom: " + errno_text(errno));
  return nonce | (std::uint64_t{1} << 63U);
}

/// An argument vector is fetched: it is an exec.
bool is_exec(const std::vector<Fetch>& fetches) {
  return std::any_of(fetches.begin(), fetches.end(),
                     [](const Fetch& fetch) { return fetch.what == Fetch::What::strings; });
}

/// Those of each system call together.
std::vector<std::vector<Fetch>> by_syscall(const std::vector<Fetch>& fetches) {
  std::vector<std::vector<Fetch>> calls;
  for (const auto& fetch : fetches) {
    if (calls.empty() || calls.back().front().syscall != fetch.syscall) calls.emplace_back();
    calls.back().push_back(fetch);
  }
  return calls;
}

std::vector<std::string> eprobes(Files& files, const std::string& group, const std::vector<Fetch>& fetches) {
  const bool are_described =
      files.exists("dynamic_events") && files.read("README").find("e[:[") != std::string::npos;
  std::vector<std::string> definitions;
  const auto nonce = new_nonce();
  for (const auto& call : by_syscall(fetches)) {
    const std::string& syscall = call.front().syscall;
    if (!are_described || !files.exists("events/syscalls/sys_enter_" + syscall)) continue;
    definitions.push_back(is_exec(call) ? exec_eprobe_definition(group, syscall, nonce)
                                        : strings_eprobe(group, call, nonce));
  }
  if (definitions.empty() || definitions.front().empty()) {
    throw Error(ErrorCode::feature_missing, "this kernel has no eprobes");
  }
  return definitions;
}

std::vector<std::string> kprobes(Files& files, const std::string& group, const std::vector<Fetch>& fetches) {
  if (!files.exists("kprobe_events") || !files.exists("dynamic_events"))
    throw Error(ErrorCode::feature_missing, "this kernel has no kprobes");
  std::vector<std::string> definitions;
  const auto nonce = new_nonce();
  for (const auto& call : by_syscall(fetches)) {
    definitions.push_back(strings_kprobe(group, call, nonce));
    if (definitions.back().empty())
      throw Error(ErrorCode::feature_missing, "the arguments of this machine's functions are unknown");
  }
  return definitions;
}

std::vector<std::string> uprobes(Files& files, const std::string& group) {
  if (!files.exists("uprobe_events") || !files.exists("dynamic_events")) {
    throw Error(ErrorCode::feature_missing, "this kernel has no uprobes");
  }
  std::string definitions;
  for (const char* name : {execve_function, execveat_function}) {
    const auto function = find_libc_function(name);
    // glibc has execveat() since 2.34.
    if (!function && name == execveat_function) continue;
    const std::string definition =
        function ? exec_probe_definition(group, name, function->path, function->offset) : "";
    if (definition.empty()) {
      throw Error(ErrorCode::feature_missing,
                  function ? "this machine's function arguments cannot be fetched"
                           : "no shared C library found whose " + std::string(name) + "() can be probed");
    }
    definitions += (definitions.empty() ? "" : "\n") + definition;
  }
  return {definitions};
}

}  // namespace

ArgumentSource parse_argument_source(const std::string& text) {
  if (text == "auto") return ArgumentSource::automatic;
  if (text == "eprobe") return ArgumentSource::eprobe;
  if (text == "kprobe") return ArgumentSource::kprobe;
  if (text == "uprobe") return ArgumentSource::uprobe;
  if (text == "proc") return ArgumentSource::proc;
  if (text == "none") return ArgumentSource::none;
  throw Error(ErrorCode::usage,
              "--args takes auto, eprobe, kprobe, uprobe, proc or none, not '" + text + "'");
}

std::vector<ArgumentSource> probe_kinds(ArgumentSource source, const std::vector<Fetch>& fetches,
                                        Files& files) {
  if (fetches.empty()) return {};
  if (source != ArgumentSource::automatic) {
    const bool is_probe = source != ArgumentSource::proc && source != ArgumentSource::none;
    return is_probe ? std::vector{source} : std::vector<ArgumentSource>();
  }
  std::vector<ArgumentSource> kinds;
  if (files.exists("buffer_subbuf_size_kb")) kinds.push_back(ArgumentSource::eprobe);
  kinds.push_back(is_exec(fetches) ? ArgumentSource::uprobe : ArgumentSource::kprobe);
  return kinds;
}

std::vector<std::string> argument_probes(Files& files, const std::string& group, ArgumentSource kind,
                                         const std::vector<Fetch>& fetches) {
  if (kind == ArgumentSource::eprobe) return eprobes(files, group, fetches);
  return kind == ArgumentSource::kprobe ? kprobes(files, group, fetches) : uprobes(files, group);
}

std::string stack_probe(Files& files, const std::string& group) {
  if (!files.exists("uprobe_events") || !files.exists("dynamic_events"))
    throw Error(ErrorCode::feature_missing, "this kernel has no uprobes");
  std::string definitions;
  for (const char* name : {execve_function, execveat_function}) {
    const auto function = find_libc_function(name);
    if (!function && name == execveat_function) continue;
    const std::string definition =
        function ? stack_probe_definition(group, function->path, function->offset) : "";
    if (definition.empty()) {
      throw Error(ErrorCode::feature_missing,
                  function ? "this machine's registers cannot be fetched"
                           : "no shared C library found whose " + std::string(name) + "() can be probed");
    }
    definitions += (definitions.empty() ? "" : "\n") + definition;
  }
  return definitions;
}

}  // namespace ftracectl
