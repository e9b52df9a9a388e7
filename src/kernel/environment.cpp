#include "kernel/environment.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "base/text.hpp"
#include "kernel/cpus.hpp"
#include "kernel/pid_namespace.hpp"
#include "model/tracefs/control_text.hpp"

namespace ftracectl {

namespace {

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The value behind "KEY:" at the start of a line.
std::string_view value_of(std::string_view text, std::string_view key) {
  for (const auto line : split_lines(text)) {
    if (line.starts_with(key)) return trim(line.substr(key.size()));
  }
  return {};
}

bool has_capability(unsigned number) {
  const std::string status = read_text("/proc/self/status");
  const auto bits = parse_number<std::uint64_t>(value_of(status, "CapEff:"), 16);
  return bits && ((*bits >> number) & 1U) != 0;
}

std::string user_name(uid_t uid) {
  const passwd* entry = getpwuid(uid);
  return entry != nullptr ? entry->pw_name : std::to_string(uid);
}

std::string group_name(gid_t gid) {
  const group* entry = getgrgid(gid);
  return entry != nullptr ? entry->gr_name : std::to_string(gid);
}

/// In the initial user namespace every id stands for itself: "0 0 4294967295".
bool in_initial_user_namespace() {
  const std::string text = read_text("/proc/self/uid_map");
  std::istringstream map(text);
  std::uint64_t inside = 0;
  std::uint64_t outside = 0;
  std::uint64_t count = 0;
  if (!(map >> inside >> outside >> count)) return true;
  return inside == 0 && outside == 0 && count == 4294967295U;
}

std::vector<std::string> find_container_signs() {
  std::vector<std::string> signs;
  for (const char* file : {"/.dockerenv", "/run/.containerenv"}) {
    if (access(file, F_OK) == 0) signs.push_back(std::string(file) + " is there");
  }
  const std::string variables = read_text("/proc/1/environ");
  for (const auto variable : split(variables, '\0')) {
    if (variable.starts_with("container=")) signs.push_back("process 1 has " + std::string(variable));
  }
  const std::string groups = read_text("/proc/self/cgroup");
  for (const std::string word : {"docker", "kubepods", "containerd", "libpod", "lxc"}) {
    if (groups.find("/" + word) != std::string::npos) signs.push_back("the cgroup's path says " + word);
  }
  return signs;
}

unsigned mode_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0U;
}

}  // namespace

std::optional<std::string> read_lockdown() {
  const std::string text = read_text("/sys/kernel/security/lockdown");
  if (trim(text).empty()) return std::nullopt;
  return std::string(parse_chosen(text));
}

Environment read_environment() {
  constexpr unsigned sys_admin = 21;
  Environment environment;
  utsname name{};
  if (uname(&name) == 0) environment.kernel = std::string(name.release) + " " + name.machine;
  environment.uid = geteuid();
  environment.user = user_name(environment.uid);
  environment.has_sys_admin = has_capability(sys_admin);
  environment.lockdown = read_lockdown();
  environment.initial_pid_namespace = in_initial_pid_namespace();
  environment.initial_user_namespace = in_initial_user_namespace();
  environment.offline_cpus = read_offline_cpus();
  environment.container_signs = find_container_signs();
  return environment;
}

std::string why_root_is_refused(const Environment& environment) {
  std::string reasons;
  if (!environment.initial_user_namespace) {
    reasons += "\nthis is root of a user namespace only (rootless container): run ftracectl on the host";
  }
  if (environment.lockdown && *environment.lockdown != "none") {
    reasons += "\nkernel lockdown is '" + *environment.lockdown +
               "' (/sys/kernel/security/lockdown): only a reboot lowers it; boot without lockdown=, or with "
               "Secure Boot off";
  }
  if (!environment.has_sys_admin) {
    reasons += "\nCAP_SYS_ADMIN is missing: in a container, add it (--cap-add SYS_ADMIN, or --privileged)";
  }
  if (reasons.empty() && !environment.container_signs.empty()) {
    reasons = "\nthis looks like a container (" + environment.container_signs.front() +
              "): start it with --privileged, or run ftracectl on the host";
  }
  return reasons;
}

std::string octal_mode(unsigned mode) {
  std::string text;
  for (unsigned shift = 12; shift > 0; shift -= 3) {
    text += static_cast<char>('0' + ((mode >> (shift - 3)) & 07U));
  }
  return text;
}

std::optional<FolderAccess> read_folder_access(const std::string& root) {
  struct stat status {};
  if (::stat(root.c_str(), &status) != 0) return std::nullopt;
  FolderAccess access;
  access.owner = user_name(status.st_uid);
  access.group = group_name(status.st_gid);
  access.mode = status.st_mode & 07777U;
  access.pipe_mode = mode_of(root + "/trace_pipe");
  access.control_mode = mode_of(root + "/tracing_on");
  return access;
}

std::optional<std::uint64_t> read_available_memory_kb() {
  const std::string text = read_text("/proc/meminfo");
  const auto value = value_of(text, "MemAvailable:");
  return parse_number<std::uint64_t>(value.substr(0, value.find(' ')));
}

std::optional<bool> kernel_has_function(const std::string& name) {
  std::ifstream symbols("/proc/kallsyms");
  bool any = false;
  // "ffffffff814c4cb0 T traceprobe_split_symbol_offset"
  for (std::string line; std::getline(symbols, line); any = true) {
    const auto at = line.find(' ') + 3;
    if (at < line.size() && line.compare(at, std::string::npos, name) == 0) return true;
  }
  return any ? std::optional<bool>(false) : std::nullopt;
}

}  // namespace ftracectl
