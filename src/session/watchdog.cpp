#include "session/watchdog.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <ftracectl/error.hpp>
#include <thread>
#include <vector>

#include "kernel/process_end.hpp"
#include "kernel/threads.hpp"
#include "kernel/tracefs.hpp"
#include "session/recover.hpp"

namespace ftracectl {

namespace {

Error failure(const char* what, int error) {
  return Error(ErrorCode::failed,
               std::string("cannot start the guard process: ") + what + ": " + errno_text(error), error);
}

/// Who is watched.
struct Session {
  pid_t pid;
  int pidfd;  ///< -1: there is none
};

void leave_the_session() {
  setsid();
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE}) std::signal(number, SIG_IGN);
  prctl(PR_SET_NAME, "ftracectl-guard");
}

/// Out of the way of the standard streams, which we may have been started without.
int above_streams(int fd) { return fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1); }

/// The standard streams too: a reader of ours waits for all who could write to end.
void let_go_of_files(const std::vector<int>& kept) {
  const int null = open("/dev/null", O_RDWR);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(null, stream);
  close_all_from(STDERR_FILENO + 1, kept);
}

/// Leads to the folder even after a lazy unmount, and to a private mount when the session is gone. It is never
/// closed; O_PATH uses nothing of tracefs.
int lasting_folder(const std::string& root) {
  return above_streams(open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

std::string lasting_path(int folder, const std::string& root) {
  const std::string path = "/proc/self/fd/" + std::to_string(folder);
  return folder >= 0 && access(path.c_str(), F_OK) == 0 ? path : root;
}

/// How often the session is looked for where it has no descriptor.
constexpr auto look_again = std::chrono::milliseconds(50);

void wait_for_death(const Session& session) {
  if (session.pidfd < 0) {
    while (getppid() == session.pid) std::this_thread::sleep_for(look_again);
    return;
  }
  pollfd death{session.pidfd, POLLIN, 0};
  while (poll(&death, 1, -1) < 0 && errno == EINTR) {
  }
}

/// The whole life of the child.
[[noreturn]] void watch(Session session, int ready, const std::string& tracefs_root,
                        const std::string& journal_path) {
  leave_the_session();
  if (session.pidfd >= 0) session.pidfd = above_streams(session.pidfd);
  ready = above_streams(ready);
  const int folder = lasting_folder(tracefs_root);
  let_go_of_files({session.pidfd, ready, folder});
  const std::string root = lasting_path(folder, tracefs_root);
  const char word = 1;
  if (::write(ready, &word, 1) != 1) _exit(1);
  close(ready);
  wait_for_death(session);
  try {
    Tracefs tracefs(root);
    recover_one(tracefs, journal_path);
  } catch (...) {
    // Nobody hears us. What could not be undone is still in the journal, and the next start tells.
    _exit(1);
  }
  _exit(0);
}

}  // namespace

Watchdog::Watchdog(const Journal& journal)
    : tracefs_root_(journal.tracefs_root()), journal_path_(journal.path()) {
  start();
}

void Watchdog::start() {
  // Opened on this side of the fork: the child could find another process under our number.
  const pid_t session = getpid();
  const Fd session_fd = open_pidfd(session);
  std::array<int, 2> fds{};
  if (pipe2(fds.data(), O_CLOEXEC) != 0) throw failure("pipe", errno);
  ready_ = Fd(fds[0]);
  const Fd is_ready(fds[1]);
  pid_ = fork();
  if (pid_ < 0) {
    const int error = errno;
    throw Error(ErrorCode::failed, "the watchdog cannot be started: " + errno_text(error) + no_room_for_tasks,
                error);
  }
  if (pid_ == 0) watch({session, session_fd.value()}, is_ready.value(), tracefs_root_, journal_path_);
  pidfd_ = open_pidfd(pid_);
}

bool Watchdog::is_dead() const { return pid_ > 0 && has_ended(pid_); }

void Watchdog::start_again() {
  waitpid(pid_, nullptr, 0);
  pid_ = -1;  // the number is anybody's from here on
  pidfd_.reset();
  start();
  wait_until_ready();
}

void Watchdog::wait_until_ready() {
  char word = 0;
  ssize_t got = -1;
  do {
    got = ::read(ready_.value(), &word, 1);
  } while (got < 0 && errno == EINTR);
  ready_.reset();
  if (got != 1) throw Error(ErrorCode::failed, "the guard process ended too soon");
}

Watchdog::~Watchdog() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

}  // namespace ftracectl
