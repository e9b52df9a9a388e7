#include "live/describe_capture.hpp"

#include <sys/utsname.h>

#include "base/text.hpp"
#include "kernel/buffer.hpp"
#include "live/describe_start.hpp"
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

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

template <typename Number>
std::string joined_numbers(const std::vector<Number>& numbers) {
  std::vector<std::string> words;
  for (const auto number : numbers) words.push_back(std::to_string(number));
  return joined(words);
}

}  // namespace

std::vector<std::string> describe_selection(const CaptureOptions& options, const CaptureWish& wish) {
  std::vector<std::string> lines;
  const auto say = [&lines](const char* who, const std::string& what, const std::string& value) {
    if (!value.empty()) lines.push_back(std::string(who) + ": " + what + value);
  };
  say("kernel", "filter ", wish.filter);
  for (const auto& [event, filter] : wish.own_filters) say("kernel", event + " filter ", filter);
  const bool is_commands = !options.command.empty() && !options.all;
  if (is_commands) lines.emplace_back("kernel: the command and what it starts");
  say("kernel", options.follow ? "--follow --pid " : "--pid ", joined_numbers(options.pids));
  say("kernel", "--tid ", joined_numbers(options.tids));
  const ExecSelection& execs = options.execs;
  say("records", "--filename ", options.filename);
  say("records", "--name ", options.name);
  if (options.only_failed) lines.emplace_back("records: --failed");
  say("records", "--uid ", joined_numbers(execs.uids));
  say("records", "--container ", joined(execs.containers));
  say("records", "--cgroup ", joined(execs.cgroups));
  say("records", "--exclude-uid ", joined_numbers(execs.not_uids));
  say("records", "--exclude-filename ", joined(execs.not_filenames));
  return lines;
}

CaptureManifest describe_capture(const CaptureOptions& options, const CaptureWish& wish,
                                 const std::vector<ChosenRecorder>& recorders, Files& files,
                                 const std::string& prefix, const WallClock& clock) {
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
  Start& start = manifest.start.emplace(describe_machine(clock));
  start.command_line = command_line_text("capture", options.words, options.command);
  start.selects = describe_selection(options, wish);
  manifest.started = utc_now();
  return manifest;
}

}  // namespace ftracectl
