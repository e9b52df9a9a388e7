#include "live/run_loop.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ftracectl/error.hpp>

#include "kernel/priority.hpp"

namespace ftracectl {

namespace {

using namespace std::chrono_literals;

/// A stack trace follows its event at once: this long after the last byte there is none to come.
constexpr auto settle_time = 20ms;
/// How often tracing_on is looked at.
constexpr auto tick = 200ms;
/// How long a command may take to end when it is asked to.
constexpr auto child_grace = 2s;

}  // namespace

RunLoop::RunLoop(Parts parts, Limits limits) : parts_(parts), limits_(std::move(limits)) {
  if (limits_.real_time) take_real_time_priority();
  parts_.stream.set_take_output([this] { flush(); });
}

RunLoop::~RunLoop() {
  parts_.stream.set_take_output(nullptr);
  if (limits_.real_time) drop_real_time_priority();
}

RunLoop::Reason RunLoop::run() {
  while (true) {
    if (const auto reason = look_at_chunks()) return *reason;
    if (const auto reason = look_at_signals()) return *reason;
    if (const auto reason = look_at_child()) return *reason;
    if (const auto reason = look_at_clock()) return *reason;
    look_for_disturbances();
    wait();
  }
}

std::optional<RunLoop::Reason> RunLoop::look_at_chunks() {
  bool took_one = false;
  // Not for ever: a flood must not keep signals and the clock from being looked at.
  for (int i = 0; i < 16 && parts_.pump.take(chunk_); ++i) {
    consume(chunk_);
    took_one = true;
    enough_ = limits_.max_entries && parts_.stream.counts().entries >= *limits_.max_entries;
    if (enough_ || chunk_.last) return Reason::drained;
    settling_ = chunk_.drained && parts_.is_text;
  }
  if (!took_one && settling_) {
    settling_ = false;
    parts_.stream.settle(true);
  }
  if (parts_.stream.is_holding()) {
    if (took_one) last_chunk_ = Clock::now();
    if (Clock::now() >= last_chunk_ + limits_.quiet) parts_.stream.let_go_held();
  }
  flush();
  return std::nullopt;
}

void RunLoop::consume(const Pump::Chunk& chunk) {
  if (chunk.error != 0) {
    throw Error(ErrorCode::failed, "the trace pipe cannot be read: " + errno_text(chunk.error), chunk.error);
  }
  if (parts_.is_text) {
    parts_.stream.feed(chunk.bytes.view());
    if (chunk.drained) parts_.stream.settle(false);
  } else {
    if (!chunk.bytes.empty()) parts_.stream.feed(chunk.bytes.view(), chunk.cpu, chunk.drained);
    if (chunk.round_ends) parts_.stream.end_of_round();
    if (chunk.idle) parts_.stream.settle(true);
  }
  if (chunk.last) last_seen_ = true;
}

std::optional<RunLoop::Reason> RunLoop::look_at_signals() {
  const auto received = parts_.signals.take();
  if (!received) return std::nullopt;
  stop_signal_ = received->number;
  if (parts_.child == nullptr) return Reason::signal;
  ask_child_to_end(received->from_terminal ? 0 : received->number);
  return std::nullopt;
}

void RunLoop::ask_child_to_end(int signal_number) {
  if (signal_number != 0) parts_.child->signal(signal_number);
  if (!child_deadline_) child_deadline_ = Clock::now() + child_grace;
}

std::optional<RunLoop::Reason> RunLoop::look_at_child() {
  if (parts_.child == nullptr) return std::nullopt;
  if (parts_.child->exit_status()) return Reason::child_ended;
  if (child_deadline_ && Clock::now() >= *child_deadline_) return Reason::child_left;
  return std::nullopt;
}

std::optional<RunLoop::Reason> RunLoop::look_at_clock() {
  if (limits_.deadline && Clock::now() >= *limits_.deadline) {
    if (parts_.child == nullptr) return Reason::deadline;
    if (!child_deadline_) ask_child_to_end(SIGTERM);
  }
  if (settling_ || !limits_.tracing_is_off || Clock::now() < next_tick_) return std::nullopt;
  next_tick_ = Clock::now() + tick;
  return limits_.tracing_is_off() ? std::optional(Reason::drained) : std::nullopt;
}

void RunLoop::look_for_disturbances() {
  if (parts_.watch == nullptr) return;
  for (const auto& disturbance : parts_.watch->look()) parts_.stream.disturbed(disturbance);
}

void RunLoop::wait() const {
  auto until = Clock::time_point::max();
  const auto now = Clock::now();
  if (settling_) until = now + settle_time;
  if (parts_.stream.is_holding()) until = std::min(until, last_chunk_ + limits_.quiet);
  if (limits_.tracing_is_off) until = std::min(until, now + tick);
  if (limits_.deadline && !child_deadline_) until = std::min(until, *limits_.deadline);
  if (child_deadline_) until = std::min(until, *child_deadline_);
  if (parts_.watch != nullptr) until = std::min(until, parts_.watch->next_look());
  std::array<pollfd, 4> fds{pollfd{parts_.pump.ready_fd(), POLLIN, 0}, pollfd{parts_.signals.fd(), POLLIN, 0},
                            pollfd{parts_.child != nullptr ? parts_.child->pidfd() : -1, POLLIN, 0},
                            pollfd{parts_.watch != nullptr ? parts_.watch->fd() : -1, POLLIN, 0}};
  int timeout_ms = -1;
  if (until != Clock::time_point::max()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - now).count();
    timeout_ms = static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
  }
  poll(fds.data(), fds.size(), timeout_ms);
}

void RunLoop::drain() {
  if (enough_) {
    parts_.pump.halt();
  } else {
    parts_.pump.finish();
  }
  while (!last_seen_) {
    if (parts_.pump.take(chunk_)) {
      consume(chunk_);
      continue;
    }
    pollfd ready{parts_.pump.ready_fd(), POLLIN, 0};
    poll(&ready, 1, -1);
  }
  parts_.stream.finish();
  flush();
}

void RunLoop::flush() {
  ByteBuffer& bytes = parts_.sink.buffer();
  if (bytes.empty()) return;
  parts_.output.write(bytes.view());
  bytes.clear();
}

}  // namespace ftracectl
