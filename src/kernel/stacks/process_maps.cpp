#include "kernel/stacks/process_maps.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

namespace ftracectl {

namespace {

/// A program has some 30 to 3,000 lines of 100 bytes.
constexpr std::size_t max_maps = std::size_t{8} << 20;

}  // namespace

Fd open_process_maps(pid_t pid) {
  std::array<char, 64> path;
  std::snprintf(path.data(), path.size(), "/proc/%d/maps", pid);
  return Fd(::open(path.data(), O_RDONLY | O_CLOEXEC));
}

std::optional<std::string> read_process_maps(const Fd& maps) {
  if (::lseek(maps.value(), 0, SEEK_SET) != 0) return std::nullopt;
  std::string text;
  std::array<char, 16384> part;
  while (text.size() < max_maps) {
    const ssize_t got = ::read(maps.value(), part.data(), part.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) break;
    text.append(part.data(), static_cast<std::size_t>(got));
  }
  return text;
}

}  // namespace ftracectl
