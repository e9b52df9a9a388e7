#include <ostream>

#include "base/text.hpp"
#include "cli/buffer_rows.hpp"
#include "cli/doctor_report.hpp"
#include "cli/table.hpp"
#include "kernel/cpus.hpp"

namespace ftracectl::cli {

namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string who(const FolderAccess& access, bool group, bool others) {
  if (others) return "everybody";
  return access.owner + (group ? " and group " + access.group : " alone");
}

void add_access_rows(Rows& rows, const DoctorReport& report) {
  if (!report.access) return;
  const auto& access = *report.access;
  rows.push_back({"access", "read: " + who(access, access.group_reads(), access.others_read()) + "; write: " +
                                who(access, access.group_writes(), access.others_write()) + " (" +
                                access.owner + ":" + access.group + " " + octal_mode(access.mode) + ")"});
  if (access.group_reads() || access.others_read()) return;
  rows.push_back({"", "to let a group read: mount -o remount,gid=GROUP,mode=750 " + report.mount->path});
}

std::string lockdown_text(const Environment& environment) {
  if (environment.lockdown) return *environment.lockdown;
  return "the kernel does not say (no /sys/kernel/security/lockdown)";
}

std::string process_text(const Environment& environment) {
  std::string text =
      environment.initial_pid_namespace ? "the initial pid namespace" : "a pid namespace of its own";
  if (!environment.initial_user_namespace) text += ", a user namespace of its own";
  if (environment.container_signs.empty()) return text + ", no sign of a container";
  return text + "; perhaps a container: " + join(environment.container_signs, ", ");
}

std::string offline_text(const std::vector<int>& cpus) {
  return cpus_are(cpus) + " offline; a cpu is recorded from when it comes online";
}

std::string folder_text(const TracefsMount& mount) {
  return mount.kind == TracefsMount::Kind::private_mount ? "a private mount" : mount.path;
}

std::string user_stacks_text(const UserStackSupport& support) {
  const std::string names =
      support.has_names ? "function names by libdw" : "no function names: built without libdw";
  if (support.is_whole) return names + "; whole without frame pointers, by a probe at execve()";
  return names + "; as deep as frame pointers lead: " + support.why_not;
}

void print_system(std::ostream& out, const DoctorReport& report) {
  const auto& environment = report.environment;
  Rows rows;
  rows.push_back({"tracing", report.is_tracing_possible() ? "possible" : "NOT POSSIBLE: see below"});
  rows.push_back(
      {"tracefs", report.mount ? folder_text(*report.mount) + ", " + report.found_by : "not mounted"});
  add_access_rows(rows, report);
  rows.push_back({"user", environment.user + " (uid " + std::to_string(environment.uid) + "), " +
                              (environment.has_sys_admin ? "with" : "without") + " CAP_SYS_ADMIN"});
  rows.push_back({"kernel", environment.kernel});
  rows.push_back({"lockdown", lockdown_text(environment)});
  rows.push_back({"process", process_text(environment)});
  if (!environment.offline_cpus.empty()) rows.push_back({"cpus", offline_text(environment.offline_cpus)});
  if (report.mount) rows.push_back({"stacks", user_stacks_text(report.user_stacks)});
  print_table(out, rows);
}

void print_how_known(std::ostream& out, const std::vector<Feature>& features) {
  Rows rows;
  for (const auto& feature : features) {
    rows.push_back({feature.group, feature.present ? "yes" : "no", feature.name, feature.known_by});
  }
  out << "\nfeatures\n";
  print_table(out, rows, 2);
}

std::vector<std::string> names_of(const std::vector<Feature>& features, const std::string& group,
                                  bool present) {
  std::vector<std::string> names;
  for (const auto& feature : features) {
    if (feature.group == group && feature.present == present) names.push_back(feature.name);
  }
  return names;
}

/// Two lines a group at most: what this kernel has, and what it lacks.
void print_features(std::ostream& out, const DoctorReport& report) {
  constexpr std::size_t group_width = 10;
  out << "\nfeatures, " << report.event_count << " events\n";
  std::string group;
  for (const auto& feature : report.features) {
    if (feature.group == group) continue;
    group = feature.group;
    const auto has = names_of(report.features, group, true);
    const auto lacks = names_of(report.features, group, false);
    std::string label = "  " + group + std::string(group_width - group.size(), ' ');
    if (!has.empty()) print_words(out, label + "yes  ", has);
    if (!has.empty()) label = std::string(label.size(), ' ');
    if (!lacks.empty()) print_words(out, label + "no   ", lacks);
  }
}

void print_buffers(std::ostream& out, const DoctorReport& report) {
  std::uint64_t total = 0;
  for (const auto& buffer : report.buffers) total += buffer.total_kb;
  out << "\nbuffers, " << size_text_of_kb(total) << " in all\n";
  print_table(out, buffer_rows(report.buffers), 2);
  for (const auto& probe : report.probes) out << "  probe " << probe << "\n";
}

void print_problems(std::ostream& out, const std::vector<Problem>& problems) {
  out << (problems.empty() ? "\nno problems\n" : "\nproblems\n");
  for (const auto& problem : problems) {
    const char* mark = "  - ";
    for (const auto line : split_lines(problem.what)) {
      out << mark << line << "\n";
      mark = "    ";
    }
    for (const auto line : split_lines(problem.remedy)) out << "      " << line << "\n";
  }
}

}  // namespace

void print_report(std::ostream& out, const DoctorReport& report, bool verbose) {
  print_system(out, report);
  if (!report.features.empty()) {
    if (verbose) {
      print_how_known(out, report.features);
    } else {
      print_features(out, report);
    }
  }
  if (!report.buffers.empty()) print_buffers(out, report);
  print_problems(out, report.problems);
}

}  // namespace ftracectl::cli
