#include "session/watchdog.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <ftracectl/error.hpp>

#include "kernel/tracefs.hpp"
#include "session/recover.hpp"

namespace ftracectl {

namespace {

Error failure(const char* what, int error) {
  return Error(ErrorCode::failed,
               std::string("the watchdog cannot be started: ") + what + ": " + errno_text(error), error);
}

void leave_the_session() {
  setsid();
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE}) std::signal(number, SIG_IGN);
  prctl(PR_SET_NAME, "ftracectl-guard");
}

/// Out of the way of the standard streams, which we may have been started without.
int above_streams(int fd) { return fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1); }

/// The standard streams too: a reader of ours waits for all who could write to end.
void let_go_of_files(int keep_one, int keep_other) {
  const int null = open("/dev/null", O_RDWR);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(null, stream);
  const auto low = static_cast<unsigned>(std::min(keep_one, keep_other));
  const auto high = static_cast<unsigned>(std::max(keep_one, keep_other));
  constexpr unsigned first = STDERR_FILENO + 1;
  if (low > first) close_range(first, low - 1, 0);
  if (high > low + 1) close_range(low + 1, high - 1, 0);
  close_range(high + 1, ~0U, 0);
}

void wait_for_death(int session) {
  pollfd death{session, POLLIN, 0};
  while (poll(&death, 1, -1) < 0 && errno == EINTR) {
  }
}

/// The whole life of the child.
[[noreturn]] void watch(int session, int ready, const std::string& tracefs_root,
                        const std::string& journal_path) {
  leave_the_session();
  session = above_streams(session);
  ready = above_streams(ready);
  let_go_of_files(session, ready);
  const char word = 1;
  if (::write(ready, &word, 1) != 1) _exit(1);
  close(ready);
  wait_for_death(session);
  try {
    Tracefs tracefs(tracefs_root);
    recover_one(tracefs, journal_path);
  } catch (...) {
    // Nobody hears us. What could not be undone is still in the journal, and the next start tells.
    _exit(1);
  }
  _exit(0);
}

}  // namespace

Watchdog::Watchdog(const Journal& journal) {
  // Opened on this side of the fork: the child could find another process under our number.
  const Fd session(static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0)));
  if (!session) throw failure("pidfd_open", errno);
  std::array<int, 2> fds{};
  if (pipe2(fds.data(), O_CLOEXEC) != 0) throw failure("pipe", errno);
  ready_ = Fd(fds[0]);
  const Fd is_ready(fds[1]);
  pid_ = fork();
  if (pid_ < 0) throw failure("fork", errno);
  if (pid_ == 0) watch(session.value(), is_ready.value(), journal.tracefs_root(), journal.path());
}

void Watchdog::wait_until_ready() {
  char word = 0;
  ssize_t got = -1;
  do {
    got = ::read(ready_.value(), &word, 1);
  } while (got < 0 && errno == EINTR);
  ready_.reset();
  if (got != 1) throw Error(ErrorCode::failed, "the watchdog has ended before it began");
}

Watchdog::~Watchdog() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

}  // namespace ftracectl
