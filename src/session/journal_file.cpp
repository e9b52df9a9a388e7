#include "session/journal_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

#include "base/text.hpp"

namespace ftracectl {

Error journal_error(const std::string& path, const std::string& what, int system_errno) {
  const bool is_of_rights = system_errno == EACCES || system_errno == EPERM || system_errno == EROFS;
  return Error(is_of_rights ? ErrorCode::no_permission : ErrorCode::failed,
               path + ": the journal, which undoes a killed session, " + what + ": " +
                   errno_text(system_errno) + "\nname a writable folder: FTRACECTL_JOURNAL=FOLDER",
               system_errno);
}

void make_journal_folder(const std::string& folder) {
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    if (errno == EACCES && geteuid() != 0)
      throw Error(ErrorCode::no_permission,
                  folder + " cannot be made: changing or capturing anything needs root", EACCES);
    throw journal_error(folder, "cannot be kept there", errno);
  }
  check_journal_folder(folder);
}

bool check_journal_folder(const std::string& folder) {
  struct stat status {};
  if (lstat(folder.c_str(), &status) != 0) {
    if (errno == ENOENT) return false;
    throw journal_error(folder, "cannot be looked for", errno);
  }
  const bool is_ours = S_ISDIR(status.st_mode) && status.st_uid == geteuid() && (status.st_mode & 022) == 0;
  if (is_ours) return true;
  if (geteuid() != 0 && status.st_uid == 0)
    throw Error(ErrorCode::no_permission,
                folder + " belongs to root: changing or capturing anything needs root");
  throw Error(ErrorCode::failed,
              folder +
                  ": cannot keep journals there: it must be a folder that is ours and "
                  "that nobody else can write to\nset its owner and mode 0700, or name another: "
                  "FTRACECTL_JOURNAL=FOLDER");
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
