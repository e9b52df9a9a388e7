#pragma once

#include <ftracectl/error.hpp>
#include <future>
#include <system_error>
#include <thread>

namespace ftracectl {

/// What to do where the system allows no more threads or processes; a line of its own behind the reason.
inline constexpr const char* no_room_for_tasks =
    "\nthe limits of processes (ulimit -u, pids.max of the cgroup) or of memory (ulimit -v) leave no room";

/// Starts a thread. Throws Error, with what to do, where the system allows no more.
template <typename Work>
std::thread start_thread(Work work) {
  try {
    return std::thread(std::move(work));
  } catch (const std::system_error& error) {
    throw Error(ErrorCode::failed,
                "a thread cannot be started: " + errno_text(error.code().value()) + no_room_for_tasks,
                error.code().value());
  }
}

/// Does something in a thread of its own, or right now where there can be none; whoever lets go of what this
/// gives waits for its end.
template <typename Work>
std::future<void> in_background(Work work) {
  try {
    return std::async(std::launch::async, work);
  } catch (const std::system_error&) {
    std::packaged_task<void()> now(std::move(work));
    auto done = now.get_future();
    now();
    return done;
  }
}

}  // namespace ftracectl
