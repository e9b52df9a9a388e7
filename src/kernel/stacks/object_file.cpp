#include "kernel/stacks/object_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

namespace ftracectl {

namespace {

constexpr std::size_t beginning = std::size_t{64} * 1024;
constexpr off_t largest_copy = off_t{256} << 20;

bool is_roots_alone(const struct stat& status) {
  return status.st_uid == 0 && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

}  // namespace

std::string read_beginning(const Fd& file) {
  std::string bytes(beginning, '\0');
  const ssize_t got = ::pread(file.value(), bytes.data(), bytes.size(), 0);
  bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return bytes;
}

Fd safe_to_map(Fd file, const struct stat& status) {
  if (is_roots_alone(status)) return file;
  if (status.st_size > largest_copy) return {};
  Fd copy(::memfd_create("object", MFD_CLOEXEC));
  off_t at = 0;
  while (copy && at < status.st_size) {
    const auto left = static_cast<std::size_t>(status.st_size - at);
    if (::sendfile(copy.value(), file.value(), &at, left) <= 0) return {};
  }
  return copy;
}

}  // namespace ftracectl
