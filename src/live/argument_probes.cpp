#include "live/argument_probes.hpp"

#include <sys/random.h>

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

std::vector<std::string> eprobes(Files& files, const std::string& group) {
  const bool are_described =
      files.exists("dynamic_events") && files.read("README").find("e[:[") != std::string::npos;
  std::vector<std::string> definitions;
  const auto nonce = new_nonce();
  for (const char* function : {execve_function, execveat_function}) {
    if (!are_described || !files.exists("events/syscalls/sys_enter_" + std::string(function))) continue;
    definitions.push_back(exec_eprobe_definition(group, function, nonce));
  }
  if (definitions.empty() || definitions.front().empty()) {
    throw Error(ErrorCode::feature_missing, "this kernel has no eprobes");
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
  if (text == "uprobe") return ArgumentSource::uprobe;
  if (text == "proc") return ArgumentSource::proc;
  if (text == "none") return ArgumentSource::none;
  throw Error(ErrorCode::usage, "--args takes auto, eprobe, uprobe, proc or none, not '" + text + "'");
}

std::vector<ArgumentSource> probe_kinds(ArgumentSource source, Files& files) {
  const bool are_eprobes_good = files.exists("buffer_subbuf_size_kb");
  if (source == ArgumentSource::automatic && are_eprobes_good)
    return {ArgumentSource::eprobe, ArgumentSource::uprobe};
  if (source == ArgumentSource::automatic) return {ArgumentSource::uprobe};
  if (source == ArgumentSource::eprobe || source == ArgumentSource::uprobe) return {source};
  return {};
}

std::vector<std::string> argument_probes(Files& files, const std::string& group, ArgumentSource kind) {
  return kind == ArgumentSource::eprobe ? eprobes(files, group) : uprobes(files, group);
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
