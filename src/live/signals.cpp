#include "live/signals.hpp"

#include <sys/signalfd.h>

#include <cerrno>
#include <ftracectl/error.hpp>

namespace ftracectl {

StopSignals::StopSignals() {
  sigset_t wanted;
  sigemptyset(&wanted);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    // What was ignored at the start stays so: nohup, a shell's background jobs. Blocked, it would be queued.
    struct sigaction at_start {};
    sigaction(number, nullptr, &at_start);
    if (at_start.sa_handler != SIG_IGN) sigaddset(&wanted, number);
  }
  pthread_sigmask(SIG_BLOCK, &wanted, &before_);
  fd_ = Fd(signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd_) throw Error(ErrorCode::failed, "signalfd: " + errno_text(errno), errno);
}

StopSignals::~StopSignals() {
  // One that came while we were ending has had its effect.
  while (take()) {
  }
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

std::optional<StopSignals::Received> StopSignals::take() {
  signalfd_siginfo info{};
  if (::read(fd_.value(), &info, sizeof info) != sizeof info) return std::nullopt;
  return Received{static_cast<int>(info.ssi_signo), info.ssi_code == SI_KERNEL};
}

}  // namespace ftracectl
