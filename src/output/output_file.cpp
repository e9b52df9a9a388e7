#include "output/output_file.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <ftracectl/error.hpp>

namespace ftracectl {

namespace {

[[noreturn]] void fail(const std::string& name, int error) {
  std::string why = errno_text(error);
  if (error == EPIPE) why = "its reader has closed it";
  throw Error(ErrorCode::failed, name + ": cannot be written: " + why, error);
}

}  // namespace

OutputFile::OutputFile(const std::string& path) {
  if (path.empty() || path == "-") {
    name_ = "standard output";
    fd_ = STDOUT_FILENO;
    return;
  }
  name_ = path;
  owned_ = Fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!owned_) fail(name_, errno);
  fd_ = owned_.value();
}

void OutputFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      // A standard output that somebody made non-blocking.
      pollfd wait{fd_, POLLOUT, 0};
      poll(&wait, 1, -1);
    } else if (errno != EINTR) {
      fail(name_, errno);
    }
  }
}

void OutputFile::close() {
  if (!owned_) return;
  const int fd = owned_.release();
  if (::close(fd) != 0) fail(name_, errno);
}

}  // namespace ftracectl
