#include "kernel/own_process.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>

namespace ftracectl {

namespace {

/// As they were when the process started.
struct Inherited {
  bool is_known = false;
  struct sigaction pipe {};
  struct sigaction file_size {};
  struct sigaction child {};
  sigset_t mask{};
};
Inherited inherited;

}  // namespace

void prepare_own_process() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    // The lowest number that is free is this one: those below are open by now.
    if (fcntl(stream, F_GETFD) < 0) [[maybe_unused]]
      const int opened = open("/dev/null", O_RDWR);
  }
  struct sigaction ignoring {};
  ignoring.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignoring, &inherited.pipe);
  sigaction(SIGXFSZ, &ignoring, &inherited.file_size);
  struct sigaction usual {};
  usual.sa_handler = SIG_DFL;
  sigaction(SIGCHLD, &usual, &inherited.child);
  sigprocmask(SIG_SETMASK, nullptr, &inherited.mask);
  inherited.is_known = true;
}

void give_back_signals() {
  if (!inherited.is_known) return;
  sigaction(SIGPIPE, &inherited.pipe, nullptr);
  sigaction(SIGXFSZ, &inherited.file_size, nullptr);
  sigaction(SIGCHLD, &inherited.child, nullptr);
  sigprocmask(SIG_SETMASK, &inherited.mask, nullptr);
}

}  // namespace ftracectl
