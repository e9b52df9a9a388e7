#include "kernel/beneath.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <string_view>

#include "base/text.hpp"

namespace ftracectl {

namespace {

constexpr int path_only = O_PATH | O_NOFOLLOW | O_CLOEXEC;

/// "a/b/c": no name that leads elsewhere.
bool is_plain(const std::string& path) {
  if (path.find('\0') != std::string::npos) return false;
  const auto parts = split(path, '/');
  return !parts.empty() && std::none_of(parts.begin(), parts.end(), [](std::string_view part) {
    return part.empty() || part == "." || part == "..";
  });
}

const char* kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISLNK(mode)) return "a symbolic link";
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

[[noreturn]] void fail(const std::string& name, int error) {
  const std::string why = error == ELOOP   ? "a symbolic link, which is not followed here"
                          : error == EXDEV ? "the name leads out of the folder"
                                           : errno_text(error);
  throw Error(ErrorCode::failed, name + ": cannot be read: " + why, error);
}

void check_regular(const Fd& file, const std::string& name) {
  struct stat status {};
  if (!file || fstat(file.value(), &status) != 0) fail(name, errno);
  if (S_ISLNK(status.st_mode)) fail(name, ELOOP);
  if (!S_ISREG(status.st_mode)) {
    throw Error(ErrorCode::failed,
                name + ": cannot be read: " + kind_of(status.st_mode) + ", and no regular file");
  }
}

}  // namespace

Fd open_folder(const std::string& path) {
  return Fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC));
}

Fd open_beneath(int folder, const std::string& path, int flags, mode_t mode) {
  if (!is_plain(path)) {
    errno = EXDEV;
    return Fd();
  }
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC | O_NOFOLLOW);
  how.mode = mode;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
  const long fd = syscall(SYS_openat2, folder, path.c_str(), &how, sizeof how);
  if (fd >= 0) return Fd(static_cast<int>(fd));
  // EAGAIN: something was renamed meanwhile, and the kernel does not know whether it has left the folder.
  if (errno != ENOSYS && errno != EPERM && errno != EAGAIN) return Fd();
  return detail::open_stepwise(folder, path, flags, mode);
}

Fd detail::open_stepwise(int folder, const std::string& path, int flags, mode_t mode) {
  const auto parts = split(path, '/');
  Fd inner;
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    const int outer = inner ? inner.value() : folder;
    Fd next(::openat(outer, std::string(parts[i]).c_str(), path_only | O_DIRECTORY));
    if (!next) {
      struct stat status {};
      const int error = errno;
      const bool is_link = fstatat(outer, std::string(parts[i]).c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
                           S_ISLNK(status.st_mode);
      errno = is_link ? ELOOP : error;
      return Fd();
    }
    inner = std::move(next);
  }
  const std::string last(parts.back());
  return Fd(::openat(inner ? inner.value() : folder, last.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, mode));
}

Fd open_regular_beneath(int folder, const std::string& path, const std::string& name) {
  // Looked at before it is opened, and once more then, should it have been exchanged.
  check_regular(open_beneath(folder, path, O_PATH), name);
  Fd file = open_beneath(folder, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  check_regular(file, name);
  return file;
}

std::vector<std::string> list_beneath(int folder, const std::string& path, const std::string& name) {
  constexpr int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
  Fd opened = path.empty() ? Fd(::openat(folder, ".", flags)) : open_beneath(folder, path, flags);
  if (!opened) fail(name, errno);
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(fdopendir(opened.value()), closedir);
  if (!entries) fail(name, errno);
  opened.release();
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = readdir(entries.get())) {
    const std::string_view found = entry->d_name;
    if (found != "." && found != "..") names.emplace_back(found);
    errno = 0;
  }
  if (errno != 0) fail(name, errno);
  std::sort(names.begin(), names.end());
  return names;
}

std::string read_up_to(const Fd& file, std::size_t limit, const std::string& name) {
  std::string text;
  std::array<char, 65536> piece;
  for (;;) {
    const ssize_t got = ::read(file.value(), piece.data(), piece.size());
    if (got == 0) return text;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(name, errno);
    text.append(piece.data(), static_cast<std::size_t>(got));
    if (text.size() > limit) {
      throw Error(ErrorCode::failed,
                  name + ": cannot be read: it has more than " + std::to_string(limit) + " bytes");
    }
  }
}

}  // namespace ftracectl
