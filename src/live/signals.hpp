#pragma once

#include <csignal>
#include <optional>

#include "base/fd.hpp"

namespace ftracectl {

/// INT, TERM and HUP as something to poll for, but for those that were ignored before. While the object lives the process does not die of them.
/// Make it before any thread is started: threads inherit the blocked mask.
class StopSignals {
 public:
  struct Received {
    int number = 0;
    /// The terminal sent it, to the whole foreground process group: children have got it too.
    bool from_terminal = false;
  };

  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  int fd() const { return fd_.value(); }
  std::optional<Received> take();

 private:
  sigset_t before_{};
  Fd fd_;
};

}  // namespace ftracectl
