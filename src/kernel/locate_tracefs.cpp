#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <fstream>
#include <memory>
#include <sstream>

#include "base/fd.hpp"
#include "kernel/environment.hpp"
#include "kernel/private_mount.hpp"
#include "kernel/tracefs.hpp"
#include "kernel/tracefs_error.hpp"

namespace ftracectl {

namespace {

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
    if (fault != ENOENT && fault != ENOTDIR) throw tracefs_error(file, "cannot be accessed", fault);
    if (file == path) throw Error(ErrorCode::not_mounted, shown_path(path) + ": no such folder");
    if (is_mounted ? is_empty_folder(path) : is_empty_tracefs(path))
      throw empty_mount_error(path, read_lockdown());
    throw Error(
        ErrorCode::not_mounted,
        shown_path(path) +
            ": not a tracing folder: it has no 'events' and no 'trace_pipe'\nmount it: " + mount_command);
  }
  // Tried and not asked for: access(2) knows neither capabilities that are in force nor lockdown.
  if (!Fd(::open((path + "/available_events").c_str(), O_RDONLY | O_CLOEXEC)))
    throw tracefs_error(path, "cannot be read", errno);
}

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ErrorCode::failed, path + ": cannot be read: " + errno_text(errno));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The lines of a --dry-run hold wherever they are run.
std::string absolute_path(const std::string& path) {
  std::array<char, PATH_MAX> folder;
  if (path.starts_with('/') || ::getcwd(folder.data(), folder.size()) == nullptr) return path;
  return folder.data() + ("/" + path);
}

/// Whether a tracing folder is there, or may be: one that cannot be looked into is not ruled out.
bool may_be_tracing_folder(const std::string& path) {
  for (const char* file : {"/events", "/trace_pipe", "/available_events"}) {
    const int fault = look_at(path + file);
    if (fault == ENOENT || fault == ENOTDIR) return false;
  }
  return true;
}

/// An empty text where the file cannot be read: then nothing is known of roots.
std::string read_mountinfo() {
  std::ifstream file("/proc/self/mountinfo", std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<Mount> read_mounts() {
  auto mounts = parse_mounts(read_text("/proc/mounts"));
  add_roots(mounts, read_mountinfo());
  return mounts;
}

/// " lists only a part of tracefs, /instances/x at /mnt/x" where that is so.
std::string parts_of_tracefs() {
  for (const auto& mount : read_mounts()) {
    if (mount.type == "tracefs" && !mount.hidden && mount.root != "/")
      return " lists only a part of tracefs, " + mount.root + " at " + mount.target;
  }
  return {};
}

/// Without tracefs among the kernel's file systems there is nothing to mount.
[[noreturn]] void fail_not_mounted(const std::string& more) {
  std::ifstream known("/proc/filesystems");
  std::ostringstream text;
  text << known.rdbuf();
  if (known && text.str().find("\ttracefs\n") == std::string::npos) {
    throw Error(ErrorCode::feature_missing,
                "this kernel has no tracefs: it was built without CONFIG_TRACING");
  }
  const auto part = parts_of_tracefs();
  throw Error(ErrorCode::not_mounted, "tracefs is not mounted: /proc/mounts" +
                                          (part.empty() ? " lists none" : part) +
                                          "\nmount it: " + mount_command + more);
}

TracefsMount mount_privately(const TracefsWish& wish) {
  const auto mount = private_mount();
  if (mount.path.empty()) fail_not_mounted("\na private mount cannot be made either: " + mount.fault);
  if (mount.is_new && wish.note) {
    const auto part = parts_of_tracefs();
    wish.note((part.empty() ? "tracefs is not mounted" : "/proc/mounts" + part) +
              "; using a private mount, which ends with this command");
  }
  return {mount.path, TracefsMount::Kind::private_mount};
}

}  // namespace

std::optional<TracefsMount> mounted_tracefs() {
  const auto mounts = read_mounts();
  auto found = find_all_tracefs(mounts);
  for (const auto& mount : found) {
    if (may_be_tracing_folder(mount.path)) return mount;
  }
  // What seems covered need not be: a mount may have been moved since.
  for (const auto& mount : mounts) {
    const bool is_whole = mount.type == "tracefs" && mount.root == "/";
    if (is_whole && is_tracefs(mount.target) && may_be_tracing_folder(mount.target))
      return TracefsMount{mount.target, TracefsMount::Kind::tracefs};
  }
  return found.empty() ? std::nullopt : std::optional(found.front());
}

void check_writable(const std::string& root) {
  // Kernel lockdown lets the file modes stand and refuses the open.
  const std::string path = root + "/tracing_on";
  if (!Fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC))) {
    throw tracefs_error(path, "cannot be opened for writing", errno);
  }
}

TracefsMount locate_tracefs(const TracefsWish& wish) {
  if (!wish.path.empty()) {
    check_folder(wish.path, false);
    return {absolute_path(wish.path), TracefsMount::Kind::tracefs};
  }
  auto mount = mounted_tracefs();
  if (!mount) {
    if (wish.private_mount == TracefsWish::PrivateMount::refused) fail_not_mounted("");
    mount = mount_privately(wish);
  }
  check_folder(mount->path, true);
  return *mount;
}

}  // namespace ftracectl
