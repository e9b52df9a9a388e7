#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <memory>
#include <sstream>

#include "base/fd.hpp"
#include "kernel/environment.hpp"
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

bool is_tracefs(const std::string& path) {
  struct statfs status {};
  return ::statfs(path.c_str(), &status) == 0 && status.f_type == TRACEFS_MAGIC;
}

/// Whether it is a tracefs that shows nothing: an empty folder of another kind is one where nothing is
/// mounted.
bool is_empty_tracefs(const std::string& path) { return is_tracefs(path) && is_empty_folder(path); }

/// Throws unless the folder holds what every tracing folder does, and may be opened. `is_mounted`: tracefs is
/// mounted there.
void check_folder(const std::string& path, bool is_mounted) {
  for (const std::string& file : {path, path + "/events", path + "/trace_pipe"}) {
    const int fault = look_at(file);
    if (fault == 0) continue;
    if (fault != ENOENT && fault != ENOTDIR) throw tracefs_error(file, "cannot be looked at", fault);
    if (file == path) throw Error(ErrorCode::not_mounted, path + ": no such folder");
    if (is_mounted ? is_empty_folder(path) : is_empty_tracefs(path))
      throw empty_mount_error(path, read_lockdown());
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

std::optional<TracefsMount> mounted_tracefs() {
  return find_tracefs(parse_mounts(read_text("/proc/mounts")));
}

void check_writable(const std::string& root) {
  // Kernel lockdown lets the file modes stand and refuses the open.
  const std::string path = root + "/tracing_on";
  if (!Fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC))) {
    throw tracefs_error(path, "cannot be opened for writing", errno);
  }
}

TracefsMount locate_tracefs(const std::string& override_path) {
  if (!override_path.empty()) {
    check_folder(override_path, false);
    return {override_path, TracefsMount::Kind::tracefs};
  }
  const auto mount = mounted_tracefs();
  if (!mount) fail_not_mounted();
  check_folder(mount->path, true);
  return *mount;
}

}  // namespace ftracectl
