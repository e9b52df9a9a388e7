#include "capture/argument_probes.hpp"

#include <ftracectl/error.hpp>

#include "kernel/libc_function.hpp"
#include "model/exec_probe.hpp"

namespace ftracectl {

ArgumentSource parse_argument_source(const std::string& text) {
  if (text == "auto") return ArgumentSource::automatic;
  if (text == "uprobe") return ArgumentSource::uprobe;
  if (text == "proc") return ArgumentSource::proc;
  if (text == "none") return ArgumentSource::none;
  throw Error(ErrorCode::usage, "--args takes auto, uprobe, proc or none, not '" + text + "'");
}

std::vector<std::string> argument_probes(Files& files, const std::string& group) {
  if (!files.exists("uprobe_events") || !files.exists("dynamic_events")) {
    throw Error(ErrorCode::feature_missing, "this kernel has no uprobes to fetch arguments with");
  }
  std::vector<std::string> definitions;
  for (const char* name : {execve_function, execveat_function}) {
    const auto function = find_libc_function(name);
    // glibc has execveat() since 2.34.
    if (!function && name == execveat_function) continue;
    const std::string definition =
        function ? exec_probe_definition(group, name, function->path, function->offset) : "";
    if (definition.empty()) {
      throw Error(ErrorCode::feature_missing,
                  function
                      ? "the arguments of a function cannot be fetched on this machine"
                      : "there is no shared C library whose " + std::string(name) + "() could be probed");
    }
    definitions.push_back(definition);
  }
  return definitions;
}

}  // namespace ftracectl
