#include "kernel/file_watch.hpp"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cstring>

namespace ftracectl {

FileWatch::FileWatch(const std::string& root, const std::vector<std::string>& folders)
    : fd_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  if (!fd_) return;
  for (const auto& folder : folders) {
    const std::string path = root + "/" + folder;
    const int watch = inotify_add_watch(fd_.value(), path.c_str(), IN_MODIFY | IN_OPEN | IN_ONLYDIR);
    if (watch >= 0) folders_[watch] = folder;
  }
}

std::vector<FileWatch::Touch> FileWatch::take() {
  std::vector<Touch> touches;
  if (!fd_) return touches;
  alignas(inotify_event) std::array<char, 16384> bytes;
  while (true) {
    const ssize_t got = ::read(fd_.value(), bytes.data(), bytes.size());
    if (got <= 0) return touches;
    for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
      inotify_event event;
      std::memcpy(&event, bytes.data() + at, sizeof event);
      const char* const name = bytes.data() + at + sizeof event;
      at += sizeof event + event.len;
      const auto folder = folders_.find(event.wd);
      if (folder == folders_.end() || event.len == 0 || (event.mask & IN_ISDIR) != 0) continue;
      touches.push_back({folder->second, name, (event.mask & IN_MODIFY) != 0});
    }
  }
}

}  // namespace ftracectl
