#include "live/chores.hpp"

#include <poll.h>

#include <algorithm>

namespace ftracectl {

void Chores::add(std::chrono::milliseconds interval, std::function<void()> chore) {
  chores_.push_back({interval, std::move(chore), Clock::now() + interval});
}

void Chores::add(std::function<Clock::time_point()> due, std::function<void()> chore) {
  appointments_.push_back({std::move(due), std::move(chore)});
}

void Chores::run_due() {
  pollfd watched{fd_, POLLIN, 0};
  if (fd_ >= 0 && poll(&watched, 1, 0) > 0) watched_();
  if (chores_.empty() && appointments_.empty()) return;
  const auto now = Clock::now();
  for (auto& appointment : appointments_) {
    if (appointment.due() <= now) appointment.run();
  }
  for (auto& chore : chores_) {
    if (now < chore.due) continue;
    chore.due = now + chore.interval;
    chore.run();
  }
}

Chores::Clock::time_point Chores::next() const {
  auto next = Clock::time_point::max();
  for (const auto& chore : chores_) next = std::min(next, chore.due);
  for (const auto& appointment : appointments_) next = std::min(next, appointment.due());
  return next;
}

}  // namespace ftracectl
