#include "cli/doctor_report.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <ftracectl/error.hpp>

#include "base/text.hpp"
#include "cli/leftovers.hpp"
#include "kernel/events.hpp"
#include "kernel/libdw/libdw_object.hpp"
#include "kernel/open_files.hpp"
#include "kernel/private_mount.hpp"
#include "kernel/tracefs.hpp"
#include "kernel/tracefs_error.hpp"
#include "live/argument_probes.hpp"
#include "live/trace_source.hpp"
#include "model/tracefs/exec_probe.hpp"
#include "model/tracefs/plan.hpp"
#include "session/abandoned_journal.hpp"
#include "session/journal_file.hpp"

namespace ftracectl::cli {

namespace {

std::string way_found(TracefsMount::Kind kind, bool given) {
  if (given) return "given by --tracefs or $FTRACECTL_TRACEFS";
  switch (kind) {
    case TracefsMount::Kind::tracefs:
      return "found in /proc/mounts";
    case TracefsMount::Kind::tracefs_in_debugfs:
      return "found in /proc/mounts, mounted below debugfs";
    case TracefsMount::Kind::debugfs:
      return "the tracing folder of a debugfs in /proc/mounts";
    case TracefsMount::Kind::private_mount:
      return "of this command alone: /proc/mounts lists none";
  }
  return {};
}

/// An error's first line says what, the others what to do.
Problem problem_of(const Error& error) {
  const std::string text = error.what();
  const auto end = text.find('\n');
  return {text.substr(0, end), end == std::string::npos ? "" : text.substr(end + 1), true};
}

void add_namespace_problems(DoctorReport& report) {
  if (!report.environment.initial_pid_namespace) {
    report.problems.push_back(
        {"this is not the initial pid namespace: ftrace's pids are those of the initial one, so that\n"
         "a command or --pid cannot be captured, and records show the host's pids",
         "run ftracectl on the host, or start the container with the host's pids (--pid=host, hostPID)"});
  }
}

bool lacks(const DoctorReport& report, const std::string& name) {
  return std::any_of(report.features.begin(), report.features.end(),
                     [&](const Feature& feature) { return feature.name == name && !feature.present; });
}

void add_feature_problems(DoctorReport& report) {
  if (lacks(report, "sched_process_exec")) {
    report.problems.push_back({"this kernel has no event sched:sched_process_exec: execs cannot be captured",
                               "use another kernel; other events can be captured"});
  }
  if (lacks(report, "syscall events")) {
    report.problems.push_back({"this kernel has no syscall events: failed execs are not seen",
                               "use a kernel built with CONFIG_FTRACE_SYSCALLS"});
  }
  if (lacks(report, "event-fork")) {
    report.problems.push_back(
        {"this kernel has no option event-fork: what a process starts cannot be followed",
         "use kernel 4.7 or later"});
  }
}

void add_session_problems(DoctorReport& report) {
  try {
    for (const auto& session : read_journals(journal_folder())) {
      if (session.alive || session.changes == 0) continue;
      report.problems.push_back({"session " + std::to_string(session.header.pid) + " (" +
                                     session.header.command + ") was killed and left " +
                                     std::to_string(session.changes) + " changes",
                                 "ftracectl recover"});
    }
  } catch (const Error& error) {
    // The folder's own problem is there already.
    const Problem problem = problem_of(error);
    const bool is_known = std::any_of(report.problems.begin(), report.problems.end(),
                                      [&](const Problem& other) { return other.what == problem.what; });
    if (!is_known) report.problems.push_back(problem);
  }
}

/// Without a journal nothing is changed, and nothing captured.
void add_journal_problems(DoctorReport& report) {
  const std::string folder = journal_folder();
  try {
    const bool is_there = static_cast<bool>(open_journal_folder(folder));
    const std::string writable =
        is_there ? folder : folder.substr(0, std::max<std::size_t>(folder.rfind('/'), 1));
    if (::faccessat(AT_FDCWD, writable.c_str(), W_OK | X_OK, AT_EACCESS) == 0) return;
    report.problems.push_back(
        {folder + ": cannot write journals there: " + errno_text(errno),
         geteuid() == 0 ? "name a writable folder: FTRACECTL_JOURNAL=FOLDER" : "run ftracectl as root",
         true});
  } catch (const Error& error) {
    report.problems.push_back(problem_of(error));
  }
}

/// The probes of a capture are named after its process: "p:ftracectl_PID/execve ...".
void add_probe_problems(DoctorReport& report) {
  constexpr std::string_view ours = "ftracectl_";
  for (const auto& probe : report.probes) {
    const std::string name = probe_name(probe);
    if (!name.starts_with(ours)) continue;
    const auto pid =
        parse_number<pid_t>(std::string_view(name).substr(ours.size(), name.find('/') - ours.size()));
    const bool is_alive = pid && (::kill(*pid, 0) == 0 || errno == EPERM);
    if (!pid || is_alive || !report.environment.initial_pid_namespace) continue;
    report.problems.push_back({"probe " + name + " was left behind by a killed ftracectl",
                               "ftracectl recover; if that does not remove it: echo '-:" + name + "' >> " +
                                   (report.mount ? shell_root(report.mount->path) : "") + "/dynamic_events"});
  }
}

void add_buffer_problems(DoctorReport& report) {
  for (const auto& buffer : report.buffers) {
    if (buffer.left_behind) {
      report.problems.push_back({"instance '" + buffer.instance + "' was left by a killed ftracectl",
                                 "ftracectl instance remove " + buffer.instance});
    } else if (!buffer.tracing_on && buffer.events_on > 0) {
      const bool is_top = buffer.instance.empty();
      report.problems.push_back(
          {"tracing_on is 0 in " + (is_top ? "the top-level buffer" : "instance '" + buffer.instance + "'") +
               ": events that are on there are not recorded",
           is_top ? "ftracectl on" : "ftracectl on --instance " + buffer.instance});
    }
  }
}

void add_probes(Tracefs& tracefs, DoctorReport& report) {
  if (!tracefs.exists("dynamic_events")) return;
  const std::string text = tracefs.read("dynamic_events");
  for (const auto line : split_lines(text)) report.probes.emplace_back(line);
}

/// What cannot be known without trying, the kernel's answer to such a probe, is left open.
UserStackSupport find_user_stack_support(Tracefs& tracefs) {
  UserStackSupport support;
  support.has_names = has_libdw();
  try {
    if (!can_read_raw(tracefs)) throw Error(ErrorCode::feature_missing, "no binary pages can be read here");
    if (!support.has_names) throw Error(ErrorCode::feature_missing, "built without libdw");
    stack_probe(tracefs, exec_probe_group(getpid()));
    support.is_whole = true;
  } catch (const Error& error) {
    support.why_not = error.what();
  }
  return support;
}

void look_into_folder(Tracefs& tracefs, DoctorReport& report) {
  report.event_count = read_available_events(tracefs).size();
  report.features = read_features(tracefs, read_kernel_hints());
  report.buffers = read_buffer_overviews(tracefs, find_open_files(tracefs.root()));
  report.user_stacks = find_user_stack_support(tracefs);
  add_probes(tracefs, report);
  check_writable(tracefs.root());
}

}  // namespace

bool DoctorReport::is_tracing_possible() const {
  return std::none_of(problems.begin(), problems.end(), [](const Problem& p) { return p.prevents_all; });
}

namespace {

std::optional<TracefsMount> folder_named(const std::string& override_path) {
  if (override_path.empty()) return mounted_tracefs();
  return TracefsMount{override_path, TracefsMount::Kind::tracefs};
}

}  // namespace

DoctorReport examine(const TracefsWish& wish) {
  DoctorReport report;
  report.environment = read_environment();
  try {
    report.mount = folder_named(wish.path);
    if (report.mount) report.access = read_folder_access(report.mount->path);
    if (report.mount) report.found_by = way_found(report.mount->kind, !wish.path.empty());
    const TracefsMount usable = locate_tracefs(wish);
    if (!report.mount) {
      report.mount = usable;
      report.found_by = way_found(usable.kind, false);
    }
    Tracefs tracefs(usable.path);
    look_into_folder(tracefs, report);
  } catch (const Error& error) {
    report.problems.push_back(problem_of(error));
  }
  add_namespace_problems(report);
  add_feature_problems(report);
  add_journal_problems(report);
  add_session_problems(report);
  add_probe_problems(report);
  add_buffer_problems(report);
  return report;
}

}  // namespace ftracectl::cli
