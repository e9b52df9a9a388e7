#include "kernel/private_mount.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <ftracectl/error.hpp>
#include <utility>

#include "base/fd.hpp"
#include "model/tracefs/plan.hpp"

namespace ftracectl {

namespace {

// Of linux/mount.h, which older C libraries do not have; the numbers are those of every architecture.
constexpr long fsopen_number = 430;
constexpr long fsconfig_number = 431;
constexpr long fsmount_number = 432;
constexpr unsigned close_on_exec = 1;
constexpr unsigned fsconfig_create = 6;
constexpr unsigned nosuid_nodev_noexec = 2 | 4 | 8;

constexpr const char* public_folder = "/sys/kernel/tracing";

/// Of the one private mount of this process.
std::string made_path;

PrivateMount failure(std::string call) {
  call += ": ";
  call += errno_text(errno);
  return {"", std::move(call)};
}

}  // namespace

PrivateMount private_mount() {
  if (!made_path.empty()) return {made_path, ""};
  const Fd context(static_cast<int>(syscall(fsopen_number, "tracefs", close_on_exec)));
  if (!context) return failure("fsopen");
  if (syscall(fsconfig_number, context.value(), fsconfig_create, nullptr, nullptr, 0) != 0)
    return failure("fsconfig");
  Fd mount(static_cast<int>(syscall(fsmount_number, context.value(), close_on_exec, nosuid_nodev_noexec)));
  if (!mount) return failure("fsmount");
  const std::string path = "/proc/self/fd/" + std::to_string(mount.value());
  if (access(path.c_str(), F_OK) != 0) return failure("/proc/self/fd");
  mount.release();
  made_path = path;
  return {made_path, "", true};
}

bool is_private_mount(const std::string& root) { return !made_path.empty() && root == made_path; }

std::string shown_path(const std::string& path) {
  if (made_path.empty() || !path.starts_with(made_path)) return path;
  std::string shown = path;
  shown.replace(0, made_path.size(), "tracefs:");
  return shown;
}

std::string shell_root(const std::string& root) { return is_private_mount(root) ? public_folder : root; }

std::string shell_lines_to(const std::string& root) {
  if (!is_private_mount(root)) return shell_folder_line(root);
  std::string lines = mount_command;
  lines += '\n';
  lines += shell_folder_line(public_folder);
  return lines;
}

}  // namespace ftracectl
