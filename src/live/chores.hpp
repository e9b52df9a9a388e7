#pragma once

#include <chrono>
#include <functional>
#include <vector>

namespace ftracectl {

/// What is to be done from time to time while a run lasts.
class Chores {
 public:
  using Clock = std::chrono::steady_clock;

  /// From now on, every `interval`.
  void add(std::chrono::milliseconds interval, std::function<void()> chore);
  /// From now on, at each moment that `due` names; max() for none yet.
  void add(std::function<Clock::time_point()> due, std::function<void()> chore);
  /// Whenever `fd` is readable; -1: never. One of them alone.
  void watch(int fd, std::function<void()> chore) {
    fd_ = fd;
    watched_ = std::move(chore);
  }
  int fd() const { return fd_; }
  void run_due();
  /// When the next is due; max() where there is none.
  Clock::time_point next() const;

 private:
  struct Chore {
    std::chrono::milliseconds interval;
    std::function<void()> run;
    Clock::time_point due;
  };
  struct Appointment {
    std::function<Clock::time_point()> due;
    std::function<void()> run;
  };
  std::vector<Chore> chores_;
  std::vector<Appointment> appointments_;
  int fd_ = -1;
  std::function<void()> watched_;
};

}  // namespace ftracectl
