#include "saved/byte_source.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ftracectl/error.hpp>

namespace ftracectl {

namespace {

constexpr std::size_t piece = std::size_t{64} * 1024;

[[noreturn]] void fail(const std::string& name, int error) {
  throw Error(ErrorCode::failed, name + ": cannot be read: " + errno_text(error), error);
}

}  // namespace

ByteSource::ByteSource(const std::string& path) : name_(path), buffer_(piece, '\0') {
  if (path == "-") {
    name_ = "standard input";
    fd_ = STDIN_FILENO;
    return;
  }
  owned_ = Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!owned_) fail(name_, errno);
  fd_ = owned_.value();
}

ByteSource::ByteSource(Fd file, std::string name)
    : name_(std::move(name)), owned_(std::move(file)), fd_(owned_.value()), buffer_(piece, '\0') {}

std::string_view ByteSource::read(std::uint64_t limit) {
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(limit, piece));
  while (true) {
    const ssize_t got = ::read(fd_, buffer_.data(), wanted);
    if (got >= 0) return std::string_view(buffer_).substr(0, static_cast<std::size_t>(got));
    if (errno != EINTR) fail(name_, errno);
  }
}

}  // namespace ftracectl
