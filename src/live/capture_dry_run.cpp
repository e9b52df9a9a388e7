#include "live/capture_dry_run.hpp"

#include <algorithm>
#include <ostream>

#include "kernel/features.hpp"
#include "kernel/private_mount.hpp"
#include "live/describe_capture.hpp"

namespace ftracectl {

namespace {

/// The definitions of the probes that a capture would make.
std::vector<std::string> probes_to_show(const CaptureOptions& options, const Prepared& prepared, Files& files,
                                        std::ostream& err) {
  std::vector<std::string> probes;
  for (const auto& wanted : wanted_fetches(options, prepared, files)) {
    std::string why_not;
    for (const auto kind : wanted.kinds) {
      try {
        if (kind == ArgumentSource::eprobe && !read_kernel_hints().has_eprobe_functions.value_or(true))
          throw Error(ErrorCode::feature_missing, "this kernel lacks the functions of eprobes");
        const auto definitions = argument_probes(files, "ftracectl_PID", kind, wanted.fetches);
        probes.insert(probes.end(), definitions.begin(), definitions.end());
        why_not.clear();
        break;
      } catch (const Error& error) {
        why_not = why_no_probes(options, *wanted.recorder, error, why_not);
      }
    }
    if (!why_not.empty()) err << why_not << std::endl;
  }
  return probes;
}

}  // namespace

namespace {

bool will_fetch_stacks(const CaptureOptions& options, const Prepared& prepared, Files& files) {
  const bool is_raw =
      options.source == TraceSource::raw || (options.source == TraceSource::automatic && can_read_raw(files));
  return is_raw && wants_stack_probe(options, prepared);
}

/// "make -j8", on one line whatever stands in it.
std::string command_text(const std::vector<std::string>& command) {
  std::string text;
  for (const auto& word : command) text += (text.empty() ? "" : " ") + shell_word(word);
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

/// "# the kernel selects: --pid 100", "# selected on records: --uid 0"; on one line whatever stands in it.
std::string selection_line(std::string text) {
  constexpr std::string_view kernel = "kernel: ";
  constexpr std::string_view records = "records: ";
  std::replace(text.begin(), text.end(), '\n', ' ');
  if (text.starts_with(kernel)) return "# the kernel selects: " + text.substr(kernel.size());
  return "# selected on records: " + text.substr(text.starts_with(records) ? records.size() : 0);
}

/// The process of a command has no number yet. A shell that runs these lines puts its own there.
std::string line_of_pids(Step step) {
  if (!step.value.empty()) return shell_line(step);
  return "echo $$ >> " + shell_word(step.path) + "  # the pid of the command";
}

}  // namespace

int dry_run_capture(const CaptureOptions& options, const Prepared& prepared, Tracefs& files,
                    std::ostream& out, std::ostream& err) {
  const std::string name = "ftracectl-PID";
  const std::string prefix = "instances/" + name + "/";
  CaptureWish wish = prepared.wish;
  out << shell_lines_to(files.root()) << "\n";
  auto probes = probes_to_show(options, prepared, files, err);
  if (will_fetch_stacks(options, prepared, files)) probes.push_back(stack_probe(files, "ftracectl_PID"));
  for (const auto& probe : probes) {
    out << shell_line({Step::Kind::make_probe, "dynamic_events", probe}) << "\n";
    wish.probes.push_back(event_of_probe(probe));
  }
  out << shell_line({Step::Kind::make_dir, "instances/" + name, ""}) << "\n";
  out << shell_line(recording_off(prefix)) << "\n";
  for (const auto& step : plan_probes(wish, prefix)) out << shell_line(step) << "\n";
  for (const auto& step : plan_capture(wish, prefix)) {
    out << (step.kind == Step::Kind::add_pids ? line_of_pids(step) : shell_line(step)) << "\n";
  }
  out << shell_line(recording_on(prefix)) << "\n";
  for (const auto& line : describe_selection(options, wish)) out << selection_line(line) << "\n";
  if (!options.command.empty()) out << "# then the command runs: " << command_text(options.command) << "\n";
  out << "# at the end: rmdir instances/" << name << "\n";
  for (const auto& probe : probes) {
    out << "# and then: " << shell_line({Step::Kind::remove_probe, "dynamic_events", probe_name(probe)})
        << "\n";
  }
  return exit_status::ok;
}

}  // namespace ftracectl
