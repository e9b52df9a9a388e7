#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace ftracectl::cli {

/// Says on a terminal's standard error how far something is that takes longer than a second, and takes it back when it is
/// done. Elsewhere it says nothing.
class Progress {
 public:
  /// `what`: "reading execs.jsonl".
  explicit Progress(std::string what);
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// `all` is 0 where nobody knows.
  void at(std::uint64_t done, std::uint64_t all);
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  std::string what_;
  bool is_terminal_;
  bool is_shown_ = false;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point next_ = begin_ + std::chrono::seconds(1);
};

}  // namespace ftracectl::cli
