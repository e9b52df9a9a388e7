#include "cli/interruption.hpp"

#include <cstddef>

namespace ftracectl::cli {

namespace {

volatile std::sig_atomic_t signal_came = 0;

void note(int) { signal_came = 1; }

}  // namespace

Interruption::Interruption() {
  signal_came = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    sigaction(signals_[i], nullptr, &before_[i]);
    if (before_[i].sa_handler == SIG_IGN) continue;
    struct sigaction catching {};
    catching.sa_handler = note;
    catching.sa_flags = SA_RESTART;
    sigaction(signals_[i], &catching, nullptr);
  }
}

Interruption::~Interruption() {
  for (std::size_t i = 0; i < 3; ++i) sigaction(signals_[i], &before_[i], nullptr);
}

bool Interruption::came() { return signal_came != 0; }

}  // namespace ftracectl::cli
