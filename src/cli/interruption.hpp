#pragma once

#include <csignal>

namespace ftracectl::cli {

/// Catches INT, TERM and HUP while it lives, so that a change that is half made can be put back first. A
/// signal that was ignored (nohup) stays so.
class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  /// Whether one has come.
  static bool came();

 private:
  static constexpr int signals_[] = {SIGINT, SIGTERM, SIGHUP};
  struct sigaction before_[3] = {};
};

}  // namespace ftracectl::cli
