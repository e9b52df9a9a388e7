#include "kernel/tracefs.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

#include "base/fd.hpp"
#include "kernel/open_files.hpp"
#include "kernel/tracefs_error.hpp"

namespace ftracectl {

namespace {

Fd open_file(const std::string& path, int flags) {
  int fd = -1;
  do {
    fd = ::open(path.c_str(), flags | O_CLOEXEC);
  } while (fd < 0 && errno == EINTR);
  return Fd(fd);
}

/// One write(2) of the whole value; gives the errno, 0 where all of it was taken.
int write_whole(const Fd& file, std::string_view value) {
  ssize_t written = -1;
  do {
    written = ::write(file.value(), value.data(), value.size());
  } while (written < 0 && errno == EINTR);
  if (written < 0) return errno;
  // set_event takes one token of several and says so with a short count.
  return static_cast<std::size_t>(written) == value.size() ? 0 : EINVAL;
}

enum class Target { filter, trigger, other };

Target target_of(const std::string& path) {
  if (path.find("events/") == std::string::npos) return Target::other;
  if (path.ends_with("/filter")) return Target::filter;
  if (path.ends_with("/trigger")) return Target::trigger;
  return Target::other;
}

/// The error_log of the buffer that a path belongs to.
std::string error_log_of(const std::string& path) {
  constexpr std::string_view instances = "instances/";
  if (!path.starts_with(instances)) return "error_log";
  return path.substr(0, path.find('/', instances.size()) + 1) + "error_log";
}

std::size_t count_cpus(Files& files, const std::string& prefix) {
  try {
    return files.list(prefix + "per_cpu").size();
  } catch (const Error&) {
    return 0;
  }
}

/// "instances/x/trace_clock" gives "x", a file of the top-level buffer "".
std::string instance_of(const std::string& path) {
  constexpr std::string_view instances = "instances/";
  if (!path.starts_with(instances)) return {};
  const auto end = path.find('/', instances.size());
  return path.substr(instances.size(), end - instances.size());
}

/// The error of a write to any other file than filters and triggers.
Error write_error(Tracefs& files, const std::string& path, std::string_view value, int fault) {
  constexpr std::string_view size_file = "buffer_size_kb";
  if (path.ends_with(size_file) && (fault == ENOMEM || fault == EINVAL)) {
    const std::string prefix = path.substr(0, path.size() - size_file.size());
    return buffer_size_error(files.absolute(path), value, count_cpus(files, prefix), fault);
  }
  const Error error = tracefs_error(files.absolute(path), "cannot be written", fault);
  if (fault != EBUSY) return error;
  const auto holders = files_of(find_open_files(files.root()), instance_of(path));
  if (holders.empty()) return error;
  return Error(error.code(),
               std::string(error.what()) + "\nfiles of this buffer are open in: " + process_list(holders),
               fault);
}

/// For explaining an error: what cannot be read explains nothing.
std::string read_or_empty(Files& files, const std::string& path) {
  try {
    return files.read(path);
  } catch (const Error&) {
    return {};
  }
}

}  // namespace

std::string Tracefs::read(const std::string& path) {
  const Fd file = open_file(absolute(path), O_RDONLY);
  if (!file) throw tracefs_error(absolute(path), "cannot be read", errno);
  std::string text;
  std::array<char, 16384> buffer;
  for (;;) {
    const ssize_t got = ::read(file.value(), buffer.data(), buffer.size());
    if (got == 0) return text;
    if (got > 0) {
      text.append(buffer.data(), static_cast<std::size_t>(got));
    } else if (errno != EINTR) {
      throw tracefs_error(absolute(path), "cannot be read", errno);
    }
  }
}

void Tracefs::write(const std::string& path, std::string_view value) {
  const Target target = target_of(path);
  const std::string log = error_log_of(path);
  const std::string log_before = target == Target::other ? "" : read_or_empty(*this, log);
  int fault = 0;
  {
    const Fd file = open_file(absolute(path), O_WRONLY);
    if (!file) throw tracefs_error(absolute(path), "cannot be written", errno);
    fault = write_whole(file, value);
  }
  if (fault == 0) return;
  if (target == Target::other) throw write_error(*this, path, value, fault);
  const RefusedWrite refused{absolute(path), std::string(value),        fault,
                             log_before,     read_or_empty(*this, log), read_or_empty(*this, path)};
  throw target == Target::filter ? filter_error(refused) : trigger_error(refused);
}

void Tracefs::truncate(const std::string& path) {
  if (!open_file(absolute(path), O_WRONLY | O_TRUNC)) {
    throw tracefs_error(absolute(path), "cannot be emptied", errno);
  }
}

bool Tracefs::exists(const std::string& path) {
  struct stat status {};
  if (::stat(absolute(path).c_str(), &status) == 0) return true;
  if (errno == ENOENT || errno == ENOTDIR) return false;
  throw tracefs_error(absolute(path), "cannot be accessed", errno);
}

std::vector<std::string> Tracefs::list(const std::string& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(absolute(path).c_str()), ::closedir);
  if (!folder) throw tracefs_error(absolute(path), "cannot be listed", errno);
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(folder.get())) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
    errno = 0;
  }
  if (errno != 0) throw tracefs_error(absolute(path), "cannot be listed", errno);
  std::sort(names.begin(), names.end());
  return names;
}

void Tracefs::make_dir(const std::string& path) {
  if (::mkdir(absolute(path).c_str(), 0700) != 0) {
    throw tracefs_error(absolute(path), "cannot be made", errno);
  }
}

void Tracefs::remove_dir(const std::string& path) {
  if (::rmdir(absolute(path).c_str()) != 0) {
    throw tracefs_error(absolute(path), "cannot be removed", errno);
  }
}

}  // namespace ftracectl
