#include "kernel/folder_walk.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <ftracectl/error.hpp>
#include <vector>

#include "base/text.hpp"

namespace ftracectl {

namespace {

constexpr int most_links = 40;  // as of the kernel

bool is_root_or_us(uid_t owner) { return owner == 0 || owner == geteuid(); }

std::string name_of_user(uid_t uid) { return "user " + std::to_string(uid); }

class Walk {
 public:
  Walk(const std::string& path, WayTo way, Missing missing) : path_(path), way_(way), missing_(missing) {}

  Fd go() {
    start();
    while (!left_.empty()) {
      const std::string name = std::move(left_.back());
      left_.pop_back();
      if (!name.empty() && name != ".") enter(name);
    }
    return std::move(folder_);
  }

 private:
  void start() {
    std::string from = path_;
    if (!from.starts_with('/') && way_ == WayTo::trusted) {
      std::array<char, PATH_MAX> here;
      if (getcwd(here.data(), here.size()) == nullptr) fail(".", errno);
      from = std::string(here.data()) + "/" + from;
    }
    push(from);
    if (!from.starts_with('/')) open_start(".");
  }

  void open_start(const char* where) {
    folder_ = Fd(::open(where, O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!folder_) fail(where, errno);
    seen_ = where[0] == '/' ? "" : ".";
    check_folder(status_of(folder_));
  }

  /// Has the names of this path be next.
  void push(const std::string& path) {
    const auto names = split(path, '/');
    for (auto name = names.rbegin(); name != names.rend(); ++name) left_.emplace_back(*name);
    if (path.starts_with('/')) open_start("/");
  }

  void enter(const std::string& name) {
    Fd next = open_next(name);
    bool is_made = false;
    if (!next && errno == ENOENT && missing_ == Missing::is_made) {
      if (mkdirat(folder_.value(), name.c_str(), 0700) != 0 && errno != EEXIST)
        throw Error(ErrorCode::failed, seen_ + "/" + name + ": cannot be made: " + errno_text(errno), errno);
      next = open_next(name);
      is_made = true;
    }
    const std::string place = seen_ + "/" + name;
    if (!next) fail(place, errno);
    const struct stat status = status_of(next);
    if (is_made && !(S_ISDIR(status.st_mode) && status.st_uid == geteuid()))
      refuse(place + " was put there by somebody else at this moment");
    if (S_ISLNK(status.st_mode)) return follow(next, status, place);
    if (!S_ISDIR(status.st_mode)) fail(place, ENOTDIR);
    seen_ = place;
    folder_ = std::move(next);
    check_folder(status);
  }

  Fd open_next(const std::string& name) const {
    return Fd(::openat(folder_.value(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  }

  void follow(const Fd& link, const struct stat& status, const std::string& place) {
    if (!is_root_or_us(status.st_uid))
      refuse(place + " is a symbolic link of " + name_of_user(status.st_uid));
    if (++links_ > most_links) fail(place, ELOOP);
    std::array<char, PATH_MAX> target;
    const ssize_t size = readlinkat(link.value(), "", target.data(), target.size());
    if (size <= 0) fail(place, size < 0 ? errno : ENOENT);
    push(std::string(target.data(), static_cast<std::size_t>(size)));
  }

  void check_folder(const struct stat& status) const {
    if (way_ != WayTo::trusted) return;
    const std::string place = seen_.empty() ? "/" : seen_;
    if (!is_root_or_us(status.st_uid))
      refuse(place + " belongs to " + name_of_user(status.st_uid) + ", who could exchange what is in it");
    if ((status.st_mode & 022) != 0 && (status.st_mode & S_ISVTX) == 0)
      refuse(place + " can be written by others, who could exchange what is in it");
  }

  struct stat status_of(const Fd& file) const {
    struct stat status {};
    if (fstat(file.value(), &status) != 0) fail(seen_, errno);
    return status;
  }

  [[noreturn]] void fail(const std::string& place, int error) const {
    throw Error(ErrorCode::failed, place + ": cannot be entered: " + errno_text(error), error);
  }
  [[noreturn]] void refuse(const std::string& why) const {
    throw Error(ErrorCode::failed, path_ + ": not a safe place: " + why);
  }

  const std::string& path_;
  WayTo way_;
  Missing missing_;
  std::vector<std::string> left_;  ///< names to come, the next one last
  Fd folder_;
  std::string seen_;  ///< its path, for messages
  int links_ = 0;
};

}  // namespace

Fd walk_to_folder(const std::string& path, WayTo way, Missing missing) {
  return Walk(path, way, missing).go();
}

PathEnd split_path(const std::string& path) {
  const auto last = path.find_last_not_of('/');
  if (last == std::string::npos) return {path.empty() ? "." : "/", ""};
  const auto slash = path.rfind('/', last);
  const auto begin = slash == std::string::npos ? 0 : slash + 1;
  PathEnd end{begin == 0 ? "." : path.substr(0, begin), path.substr(begin, last + 1 - begin)};
  if (end.name == "." || end.name == "..") return {path, ""};
  return end;
}

}  // namespace ftracectl
