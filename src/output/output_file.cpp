#include "output/output_file.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include "output/open_output.hpp"

namespace ftracectl {

namespace {

[[noreturn]] void fail(const std::string& name, int error) {
  if (error == EPIPE) throw ReaderGone(name);
  throw Error(ErrorCode::failed, name + ": cannot be written: " + errno_text(error), error);
}

bool would_wait(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

}  // namespace

ReaderGone::ReaderGone(const std::string& name)
    : Error(ErrorCode::failed, name + ": cannot be written: its reader closed it", EPIPE) {}

OutputFile::OutputFile(const std::string& path) {
  if (names_standard_output(path)) {
    name_ = "standard output";
    fd_ = STDOUT_FILENO;
    make_patient();
    return;
  }
  name_ = path;
  owned_ = open_for_output(path).file;
  fd_ = owned_.value();
  make_patient();
}

OutputFile::OutputFile(Fd file, std::string name)
    : name_(std::move(name)), owned_(std::move(file)), fd_(owned_.value()) {
  make_patient();
}

/// Pipes and terminals are written without waiting. An open file that we share, as standard output mostly is,
/// must not be made non-blocking for all who share it, so it is opened once more. Where that cannot be (a
/// socket, no /proc) poll(2) says whether there is room for a small write.
void OutputFile::make_patient() {
  struct stat status {};
  if (fstat(fd_, &status) != 0) return;
  const bool is_terminal = S_ISCHR(status.st_mode) && isatty(fd_) == 1;
  if (!S_ISFIFO(status.st_mode) && !S_ISSOCK(status.st_mode) && !is_terminal) return;
  blocks_ = true;
  if (owned_) {
    blocks_ = fcntl(fd_, F_SETFL, O_WRONLY | O_NONBLOCK) != 0;
    return;
  }
  const std::string again = "/proc/self/fd/" + std::to_string(fd_);
  own_view_ = Fd(::open(again.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!own_view_) return;
  fd_ = own_view_.value();
  blocks_ = false;
}

/// How much was written without waiting.
std::size_t OutputFile::write_some(std::string_view bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    auto piece = bytes.substr(done);
    if (blocks_) {
      pollfd room{fd_, POLLOUT, 0};
      if (poll(&room, 1, 0) == 0) break;
      piece = piece.substr(0, PIPE_BUF);
    }
    const ssize_t written = ::write(fd_, piece.data(), piece.size());
    if (written >= 0) {
      written_bytes_ += static_cast<std::size_t>(written);
      done += static_cast<std::size_t>(written);
    } else if (would_wait(errno)) {
      break;
    } else if (errno != EINTR) {
      fail(name_, errno);
    }
  }
  return done;
}

void OutputFile::put(std::string_view bytes) {
  if (push()) bytes.remove_prefix(write_some(bytes));
  kept_.append(bytes);
}

bool OutputFile::push() {
  sent_ += write_some(std::string_view(kept_).substr(sent_));
  if (sent_ < kept_.size()) return false;
  drop();
  return true;
}

void OutputFile::write(std::string_view bytes) {
  put(bytes);
  while (!push()) {
    pollfd room{fd_, POLLOUT, 0};
    poll(&room, 1, -1);
  }
}

std::size_t OutputFile::waiting_lines() const {
  return static_cast<std::size_t>(
      std::count(kept_.begin() + static_cast<std::ptrdiff_t>(sent_), kept_.end(), '\n'));
}

void OutputFile::drop() {
  kept_.clear();
  sent_ = 0;
}

void OutputFile::close() {
  if (!owned_) return;
  const int fd = owned_.release();
  if (::close(fd) != 0) fail(name_, errno);
}

}  // namespace ftracectl
