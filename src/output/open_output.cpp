#include "output/open_output.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <ftracectl/error.hpp>
#include <optional>

namespace ftracectl {

namespace {

constexpr int most_links = 40;  // as of the kernel

bool is_root_or_us(uid_t owner) { return owner == 0 || owner == geteuid(); }

/// Whether somebody else than root and us can put something into a folder.
bool is_open_to_others(const struct stat& folder) {
  return !is_root_or_us(folder.st_uid) || (folder.st_mode & 022) != 0;
}

class Opening {
 public:
  Opening(const std::string& path, Existing existing, const FileRights& rights)
      : path_(path), existing_(existing), rights_(rights), left_(path) {}

  OpenedFile open() {
    for (int links = 0; links <= most_links; ++links) {
      enter_folder();
      if (Fd file = open_or_make()) return {checked(std::move(file)), std::move(folder_), name_};
      const int error = errno;
      // EACCES: the kernel itself protects a sticky folder (fs.protected_regular), links among the rest.
      if ((error != ELOOP && error != EACCES) || !is_link()) fail(errno_text(error), error);
      if (is_of_proc()) return open_magic_link();
      follow_link();
    }
    fail(errno_text(ELOOP), ELOOP);
  }

 private:
  static constexpr int flags = O_WRONLY | O_APPEND | O_NOCTTY | O_CLOEXEC;

  /// A new file has its rights before anybody can see it with others: they are given through its descriptor, and it
  /// is made for us alone.
  Fd open_or_make() const {
    Fd file(::openat(folder_.value(), name_.c_str(), flags | O_NOFOLLOW));
    if (file || errno != ENOENT || owner_of_link_) return file;
    file = Fd(::openat(folder_.value(), name_.c_str(), flags | O_NOFOLLOW | O_CREAT | O_EXCL, 0600));
    if (file) {
      rights_.give_to(file.value(), path_);
    } else if (errno == EEXIST) {  // somebody else was first
      file = Fd(::openat(folder_.value(), name_.c_str(), flags | O_NOFOLLOW));
    }
    return file;
  }

  void enter_folder() {
    const auto slash = left_.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : left_.substr(0, slash + 1);
    name_ = slash == std::string::npos ? left_ : left_.substr(slash + 1);
    if (name_.empty()) fail(errno_text(EISDIR), EISDIR);
    const int from = folder_ ? folder_.value() : AT_FDCWD;
    Fd next(::openat(from, folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!next) fail(errno_text(errno), errno);
    folder_ = std::move(next);
    if (fstat(folder_.value(), &folder_status_) != 0) fail(errno_text(errno), errno);
  }

  bool is_link() const {
    struct stat status {};
    return fstatat(folder_.value(), name_.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISLNK(status.st_mode);
  }

  /// /proc/PID/fd/N: its text is no path.
  bool is_of_proc() const {
    struct statfs system {};
    return fstatfs(folder_.value(), &system) == 0 && system.f_type == PROC_SUPER_MAGIC;
  }

  OpenedFile open_magic_link() const {
    Fd file(::openat(folder_.value(), name_.c_str(), flags));
    if (!file) fail(errno_text(errno), errno);
    return {checked(std::move(file)), Fd(), name_};
  }

  void follow_link() {
    struct stat link {};
    std::array<char, PATH_MAX> target;
    if (fstatat(folder_.value(), name_.c_str(), &link, AT_SYMLINK_NOFOLLOW) != 0)
      fail(errno_text(errno), errno);
    const ssize_t size = readlinkat(folder_.value(), name_.c_str(), target.data(), target.size());
    if (size <= 0) fail(errno_text(ELOOP), ELOOP);
    if (!is_root_or_us(link.st_uid) && is_open_to_others(folder_status_)) {
      const bool is_of_folder = link.st_uid == folder_status_.st_uid;
      if (!is_of_folder || (owner_of_link_ && *owner_of_link_ != link.st_uid)) refuse_link(link.st_uid);
      owner_of_link_ = link.st_uid;
    }
    left_ = std::string(target.data(), static_cast<std::size_t>(size));
  }

  Fd checked(Fd file) const {
    struct stat status {};
    if (fstat(file.value(), &status) != 0) fail(errno_text(errno), errno);
    const bool is_planted = !S_ISCHR(status.st_mode) && is_open_to_others(folder_status_) && !is_of_proc() &&
                            !is_root_or_us(status.st_uid) && status.st_uid != folder_status_.st_uid;
    if (is_planted)
      fail("it belongs to user " + std::to_string(status.st_uid) + ", in a folder that others can write to");
    if (owner_of_link_ && status.st_uid != *owner_of_link_) refuse_link(*owner_of_link_);
    const bool is_to_be_empty = existing_ == Existing::is_emptied && S_ISREG(status.st_mode);
    if (is_to_be_empty && ftruncate(file.value(), 0) != 0) fail(errno_text(errno), errno);
    return file;
  }

  [[noreturn]] void refuse_link(uid_t owner) const {
    fail("a symbolic link of user " + std::to_string(owner) + " leads there; name the file it leads to");
  }
  [[noreturn]] void fail(const std::string& why, int error = 0) const {
    throw Error(ErrorCode::failed, path_ + ": cannot be written: " + why, error);
  }

  const std::string& path_;
  Existing existing_;
  const FileRights& rights_;
  std::string left_;  ///< the path still to go, from folder_ on
  std::string name_;
  Fd folder_;
  struct stat folder_status_ {};
  std::optional<uid_t> owner_of_link_;  ///< of another user's links on the way
};

}  // namespace

bool names_standard_output(const std::string& path) {
  return path.empty() || path == "-" || path == "/dev/stdout" || path == "/dev/fd/1" ||
         path == "/proc/self/fd/1";
}

OpenedFile open_for_output(const std::string& path, Existing existing, const FileRights& rights) {
  return Opening(path, existing, rights).open();
}

}  // namespace ftracectl
