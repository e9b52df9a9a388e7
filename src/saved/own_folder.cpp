#include "saved/own_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <ftracectl/error.hpp>

#include "kernel/beneath.hpp"
#include "kernel/folder_walk.hpp"

namespace ftracectl {

namespace {

constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

Fd open_folder_in(const Fd& outer, const std::string& name) {
  return Fd(::openat(outer.value(), name.empty() ? "." : name.c_str(), folder_flags));
}

}  // namespace

OwnFolder::OwnFolder(std::string path) : path_(std::move(path)) {
  if (const Fd there = open(IfMissing::leave)) check(there);
}

void OwnFolder::make() {
  folder_ = open(IfMissing::make);
  check(folder_);
  if (fchmod(folder_.value(), 0700) != 0) fail("", "cannot be closed to others", errno);
}

/// An empty Fd where it is missing and is to be left so.
Fd OwnFolder::open(IfMissing if_missing) const {
  const bool make = if_missing == IfMissing::make;
  const PathEnd end = split_path(path_);
  Fd outer;
  try {
    outer = walk_to_folder(end.folder, WayTo::any_folder, make ? Missing::is_made : Missing::is_error);
  } catch (const Error& error) {
    if (error.system_errno() == ENOENT && !make) return Fd();
    throw;
  }
  Fd folder = open_folder_in(outer, end.name);
  if (!folder && errno == ENOENT) {
    if (!make) return folder;
    if (mkdirat(outer.value(), end.name.c_str(), 0700) != 0 && errno != EEXIST)
      fail("", "cannot be made", errno);
    folder = open_folder_in(outer, end.name);
  }
  if (folder) return folder;
  if (errno != ENOTDIR && errno != ELOOP) fail("", "cannot be entered", errno);
  throw Error(ErrorCode::usage,
              path_ + ": there is something else already; --save makes a folder of its own");
}

void OwnFolder::check(const Fd& folder) const {
  struct stat status {};
  if (fstat(folder.value(), &status) != 0) fail("", "cannot be entered", errno);
  if (status.st_uid != geteuid())
    throw Error(ErrorCode::usage, path_ + ": this folder belongs to user " + std::to_string(status.st_uid) +
                                      "; --save makes a folder of its own");
  if (!list_beneath(folder.value(), "", path_).empty())
    throw Error(ErrorCode::usage, path_ + ": this folder is not empty; --save makes a folder of its own");
}

OutputFile OwnFolder::create(const std::string& name) const {
  Fd folder = open_folder_in(folder_, "");
  std::size_t begin = 0;
  for (auto slash = name.find('/'); slash != std::string::npos; slash = name.find('/', begin)) {
    const std::string part = name.substr(begin, slash - begin);
    if (mkdirat(folder.value(), part.c_str(), 0700) != 0 && errno != EEXIST)
      fail(name.substr(0, slash), "cannot be made", errno);
    Fd inner = open_folder_in(folder, part);
    if (!inner) fail(name.substr(0, slash), "cannot be entered", errno);
    folder = std::move(inner);
    begin = slash + 1;
  }
  constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  Fd file(::openat(folder.value(), name.c_str() + begin, flags, 0600));
  if (!file) fail(name, "cannot be made", errno);
  return OutputFile(std::move(file), path_ + "/" + name);
}

void OwnFolder::rename(const std::string& from, const std::string& to) const {
  if (renameat(folder_.value(), from.c_str(), folder_.value(), to.c_str()) != 0)
    fail(to, "cannot be written", errno);
}

void OwnFolder::fail(const std::string& name, const char* what, int error) const {
  throw Error(ErrorCode::failed,
              path_ + (name.empty() ? "" : "/" + name) + ": " + what + ": " + errno_text(error), error);
}

}  // namespace ftracectl
