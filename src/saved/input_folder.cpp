#include "saved/input_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ftracectl/error.hpp>
#include <string_view>

#include "base/printable.hpp"
#include "kernel/beneath.hpp"

namespace ftracectl {

namespace {

/// A manifest has the command line, of two megabytes at most, and each byte of it as six at most.
constexpr std::size_t small_limit = std::size_t{16} << 20;

/// The kernel's own are identifiers, and systems such as intel-sst.
bool is_event_part(std::string_view part) {
  return !part.empty() && part != "." && part != ".." &&
         part.find_first_of(std::string_view("/\0", 2)) == std::string_view::npos;
}

}  // namespace

InputFolder::InputFolder(std::string path) : path_(std::move(path)), folder_(open_folder(path_)) {
  if (!folder_) throw Error(ErrorCode::failed, path_ + ": cannot be read: " + errno_text(errno), errno);
}

bool InputFolder::has(const std::string& name) const {
  return static_cast<bool>(open_beneath(folder_.value(), name, O_PATH)) ||
         (errno != ENOENT && errno != ENOTDIR);
}

bool InputFolder::has_folder(const std::string& name) const {
  const Fd file = open_beneath(folder_.value(), name, O_PATH);
  struct stat status {};
  if (!file || fstat(file.value(), &status) != 0) return errno == ELOOP;
  return S_ISDIR(status.st_mode) || S_ISLNK(status.st_mode);
}

Fd InputFolder::open(const std::string& name) const {
  return open_regular_beneath(folder_.value(), name, path_of(name));
}

std::string InputFolder::read(const std::string& name) const {
  return read_up_to(open(name), small_limit, path_of(name));
}

std::vector<std::string> InputFolder::list(const std::string& name) const {
  return list_beneath(folder_.value(), name, name.empty() ? path_ : path_of(name));
}

std::string format_file_of(const std::string& event) {
  const auto colon = event.find(':');
  const std::string_view all = event;
  if (colon == std::string::npos || !is_event_part(all.substr(0, colon)) ||
      !is_event_part(all.substr(colon + 1)))
    throw Error(ErrorCode::failed, "'" + printable(event) + "' is no name of an event");
  return "formats/" + event.substr(0, colon) + "/" + event.substr(colon + 1) + "/format";
}

}  // namespace ftracectl
