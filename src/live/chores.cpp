#include "live/chores.hpp"

#include <algorithm>

namespace ftracectl {

void Chores::add(std::chrono::milliseconds interval, std::function<void()> chore) {
  chores_.push_back({interval, std::move(chore), Clock::now() + interval});
}

void Chores::run_due() {
  if (chores_.empty()) return;
  const auto now = Clock::now();
  for (auto& chore : chores_) {
    if (now < chore.due) continue;
    chore.due = now + chore.interval;
    chore.run();
  }
}

Chores::Clock::time_point Chores::next() const {
  auto next = Clock::time_point::max();
  for (const auto& chore : chores_) next = std::min(next, chore.due);
  return next;
}

}  // namespace ftracectl
