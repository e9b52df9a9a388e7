#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <memory>
#include <sstream>

#include "kernel/tracefs.hpp"
#include "kernel/tracefs_error.hpp"

namespace ftracectl {

namespace {

constexpr const char* mount_command = "mount -t tracefs tracefs /sys/kernel/tracing";

/// 0 where the file is there, else the errno.
int look_at(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? 0 : errno;
}

bool is_empty_folder(const std::string& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(path.c_str()), ::closedir);
  if (!folder) return false;
  int entries = 0;
  while (::readdir(folder.get()) != nullptr) ++entries;
  return entries <= 2;
}

/// "[none] integrity confidentiality", or nothing where the kernel does not say.
std::string read_lockdown() {
  std::ifstream file("/sys/kernel/security/lockdown");
  std::string line;
  std::getline(file, line);
  return line;
}

[[noreturn]] void fail_empty(const std::string& path) {
  std::string message = path + ": tracefs is mounted and empty: kernel lockdown (confidentiality) hides it";
  if (const auto lockdown = read_lockdown(); !lockdown.empty()) {
    message += "\n/sys/kernel/security/lockdown reads: " + lockdown;
  }
  throw Error(ErrorCode::not_readable, message);
}

/// Throws unless the folder holds what every tracing folder does, and may be opened.
void check_folder(const std::string& path) {
  for (const std::string& file : {path, path + "/events", path + "/trace_pipe"}) {
    const int fault = look_at(file);
    if (fault == 0) continue;
    if (fault != ENOENT && fault != ENOTDIR) throw tracefs_error(file, "cannot be looked at", fault);
    if (file == path) throw Error(ErrorCode::not_mounted, path + ": no such folder");
    throw Error(ErrorCode::not_mounted,
                path + ": this is no tracing folder: it has no 'events' and no 'trace_pipe'\nmount it: " +
                    mount_command);
  }
  if (::access((path + "/available_events").c_str(), R_OK) != 0) {
    throw tracefs_error(path, "cannot be read", errno);
  }
}

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ErrorCode::failed, path + ": cannot be read: " + errno_text(errno));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Without tracefs among the kernel's file systems there is nothing to mount.
[[noreturn]] void fail_not_mounted() {
  std::ifstream known("/proc/filesystems");
  std::ostringstream text;
  text << known.rdbuf();
  if (known && text.str().find("\ttracefs\n") == std::string::npos) {
    throw Error(ErrorCode::feature_missing,
                "this kernel has no tracefs: it was built without CONFIG_TRACING");
  }
  throw Error(ErrorCode::not_mounted,
              std::string("tracefs is not mounted: /proc/mounts has none\nmount it: ") + mount_command);
}

}  // namespace

TracefsMount locate_tracefs(const std::string& override_path) {
  if (!override_path.empty()) {
    check_folder(override_path);
    return {override_path, TracefsMount::Kind::tracefs};
  }
  const auto mount = find_tracefs(parse_mounts(read_text("/proc/mounts")));
  if (!mount) fail_not_mounted();
  if (is_empty_folder(mount->path)) fail_empty(mount->path);
  check_folder(mount->path);
  return *mount;
}

}  // namespace ftracectl
