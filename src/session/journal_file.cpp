#include "session/journal_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

#include "base/text.hpp"
#include "kernel/folder_walk.hpp"

namespace ftracectl {

Error journal_error(const std::string& path, const std::string& what, int system_errno) {
  const bool is_of_rights = system_errno == EACCES || system_errno == EPERM || system_errno == EROFS;
  return Error(is_of_rights ? ErrorCode::no_permission : ErrorCode::failed,
               path + ": the journal, which undoes a killed session, " + what + ": " +
                   errno_text(system_errno) + "\nname a writable folder: FTRACECTL_JOURNAL=FOLDER",
               system_errno);
}

namespace {

/// The errors of walk_to_folder() in the words of journals.
[[noreturn]] void fail_on_the_way(const std::string& folder, const Error& error, const std::string& what) {
  if (error.system_errno() != 0) throw journal_error(folder, what, error.system_errno());
  throw Error(error.code(),
              std::string(error.what()) +
                  "\njournals are carried out with our rights: name a folder of ours (mode 0700) that "
                  "nobody else can write to: FTRACECTL_JOURNAL=FOLDER");
}

/// Throws Error where it is no folder of ours alone.
void check_owner(const Fd& opened, const std::string& folder) {
  struct stat status {};
  if (fstat(opened.value(), &status) != 0) throw journal_error(folder, "cannot be looked for", errno);
  const bool is_ours = S_ISDIR(status.st_mode) && status.st_uid == geteuid() && (status.st_mode & 022) == 0;
  if (is_ours) return;
  if (geteuid() != 0 && status.st_uid == 0)
    throw Error(ErrorCode::no_permission,
                folder + " belongs to root: changing or capturing anything needs root");
  throw Error(ErrorCode::failed,
              folder +
                  ": cannot keep journals there: it must be a folder that is ours and "
                  "that nobody else can write to\nset its owner and mode 0700, or name another: "
                  "FTRACECTL_JOURNAL=FOLDER");
}

}  // namespace

Fd make_journal_folder(const std::string& folder) {
  const PathEnd end = split_path(folder);
  Fd outer;
  try {
    outer = walk_to_folder(end.folder, WayTo::trusted);
  } catch (const Error& error) {
    fail_on_the_way(folder, error, "cannot be kept there");
  }
  if (!end.name.empty() && mkdirat(outer.value(), end.name.c_str(), 0700) != 0 && errno != EEXIST) {
    if (errno == EACCES && geteuid() != 0)
      throw Error(ErrorCode::no_permission,
                  folder + " cannot be made: changing or capturing anything needs root", EACCES);
    throw journal_error(folder, "cannot be kept there", errno);
  }
  Fd made = open_journal_folder(folder);
  if (!made) throw journal_error(folder, "cannot be kept there", ENOENT);
  return made;
}

Fd open_journal_folder(const std::string& folder) {
  Fd place;
  try {
    place = walk_to_folder(folder, WayTo::trusted);
  } catch (const Error& error) {
    if (error.system_errno() == ENOENT) return place;
    fail_on_the_way(folder, error, "cannot be looked for");
  }
  check_owner(place, folder);
  Fd opened(::openat(place.value(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened) throw journal_error(folder, "cannot be looked for", errno);
  return opened;
}

Fd open_journal_file(const std::string& path) {
  const PathEnd end = split_path(path);
  const Fd folder = open_journal_folder(end.folder);
  if (!folder) return Fd();
  constexpr int flags = O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  Fd file(::openat(folder.value(), end.name.c_str(), flags));
  if (!file && errno == ENOENT) return file;
  struct stat status {};
  if (!file || fstat(file.value(), &status) != 0) throw journal_error(path, "cannot be opened", errno);
  if (!S_ISREG(status.st_mode) || status.st_uid != geteuid() || (status.st_mode & 022) != 0)
    throw Error(ErrorCode::failed, path +
                                       ": this is no file of ours that nobody else can write to, and not "
                                       "taken for a journal");
  return file;
}

bool is_linked(const Fd& file) {
  struct stat status {};
  return fstat(file.value(), &status) == 0 && status.st_nlink > 0;
}

int append_line(const Fd& file, const std::string& line) {
  struct stat before {};
  if (fstat(file.value(), &before) != 0) return errno;
  // Of what has room in part only, the next write says why the rest has none.
  for (std::string_view rest = line; !rest.empty();) {
    const ssize_t written = ::write(file.value(), rest.data(), rest.size());
    if (written > 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
    } else if (written == 0 || errno != EINTR) {
      const int error = written < 0 ? errno : ENOSPC;
      // Half a line would spoil the one behind it.
      const bool is_torn = rest.size() < line.size();
      return is_torn && ftruncate(file.value(), before.st_size) != 0 ? errno : error;
    }
  }
  return 0;
}

std::string read_boot_id() {
  const Fd file(open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC));
  std::array<char, 64> buffer;
  const ssize_t got = file ? ::read(file.value(), buffer.data(), buffer.size()) : 0;
  return got > 0 ? std::string(trim({buffer.data(), static_cast<std::size_t>(got)})) : std::string();
}

}  // namespace ftracectl
