#include "kernel/process_end.hpp"

#include <dirent.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

namespace ftracectl {

namespace {

/// By the system call's number: a program that is built where the C library has the function would not start
/// where it does not.
bool close_between(unsigned first, unsigned last) { return syscall(SYS_close_range, first, last, 0U) == 0; }

bool close_ranges(int first, const std::vector<int>& kept) {
  auto begin = static_cast<unsigned>(first);
  for (const int fd : kept) {
    if (fd < first) continue;
    const auto keep = static_cast<unsigned>(fd);
    if (keep > begin && !close_between(begin, keep - 1)) return false;
    begin = keep + 1;
  }
  return close_between(begin, ~0U);
}

/// Those that are open, as /proc says; without it all that there may be.
std::vector<int> descriptors() {
  std::vector<int> all;
  if (DIR* folder = opendir("/proc/self/fd"); folder != nullptr) {
    while (const dirent* entry = readdir(folder)) {
      if (entry->d_name[0] != '.') all.push_back(std::atoi(entry->d_name));
    }
    closedir(folder);
    return all;
  }
  constexpr rlim_t at_most = 65'536;
  rlimit limit{at_most, at_most};
  getrlimit(RLIMIT_NOFILE, &limit);
  for (int fd = 0; fd < static_cast<int>(std::min(limit.rlim_cur, at_most)); ++fd) all.push_back(fd);
  return all;
}

}  // namespace

Fd open_pidfd(pid_t pid) { return Fd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0))); }

bool has_ended(pid_t child) {
  siginfo_t info{};
  return waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0;
}

void close_all_from(int first, std::vector<int> kept) {
  std::sort(kept.begin(), kept.end());
  if (close_ranges(first, kept)) return;
  for (const int fd : descriptors()) {
    if (fd >= first && !std::binary_search(kept.begin(), kept.end(), fd)) close(fd);
  }
}

}  // namespace ftracectl
