#include "live/describe_capture.hpp"

#include <sys/utsname.h>

#include "base/text.hpp"
#include "kernel/buffer.hpp"
#include "saved/capture_folder.hpp"

namespace ftracectl {

namespace {

/// trace_options has a line for each, with "no" before those that are off: "irq-info", "norecord-tgid".
std::map<std::string, bool> read_trace_options(Files& files, const std::string& prefix) {
  std::map<std::string, bool> options;
  const std::string text = files.read(prefix + "trace_options");
  for (auto line : split_lines(text)) {
    const bool is_on = !line.starts_with("no");
    if (!is_on) line.remove_prefix(2);
    if (!line.empty()) options.emplace(line, is_on);
  }
  return options;
}

}  // namespace

CaptureManifest describe_capture(const CaptureOptions& options, const CaptureWish& wish,
                                 const std::vector<ChosenRecorder>& recorders, Files& files,
                                 const std::string& prefix) {
  utsname names{};
  uname(&names);
  CaptureManifest manifest;
  manifest.program_version = options.program_version;
  manifest.kernel = names.release;
  manifest.machine = names.machine;
  manifest.cpus = static_cast<int>(files.list(prefix + "per_cpu").size());
  manifest.clock = read_clock(files, prefix);
  manifest.options = read_trace_options(files, prefix);
  manifest.arguments = options.words;
  manifest.command = options.command;
  manifest.events = wish.probes;
  manifest.events.insert(manifest.events.end(), wish.events.begin(), wish.events.end());
  manifest.recorders = recorders;
  manifest.expect_stacks = options.stacktrace || has_user_stacks(options);
  manifest.place = options.place;
  manifest.filename = options.filename;
  manifest.name = options.name;
  manifest.only_failed = options.only_failed;
  manifest.selection = options.execs;
  manifest.started = utc_now();
  return manifest;
}

}  // namespace ftracectl
