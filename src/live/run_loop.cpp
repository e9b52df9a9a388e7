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
/// How often the end of a process is looked for that has no descriptor to wait on.
constexpr auto look_again = 20ms;
/// How long a command may take to end when it is asked to.
constexpr auto child_grace = 2s;
/// How long the reader of the output may take nothing, once the run has ended.
constexpr auto patience = 2s;
/// What is kept for such a reader before the end waits for him.
constexpr std::size_t max_kept = std::size_t{256} * 1024 * 1024;

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
    look_at_guard();
    do_chores();
    wait();
  }
}

std::optional<RunLoop::Reason> RunLoop::look_at_chunks() {
  bool took_one = false;
  // Not for ever: a flood must not keep signals and the clock from being looked at.
  for (int i = 0; i < 16 && parts_.pump.take(chunk_); ++i) {
    consume(chunk_);
    took_one = true;
    if (ended_) return ended_;
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
  return ended_;
}

void RunLoop::consume(const Pump::Chunk& chunk) {
  if (chunk.error != 0) {
    throw Error(ErrorCode::failed, "cannot read the trace pipe: " + errno_text(chunk.error), chunk.error);
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

/// One that is to end the run.
std::optional<StopSignals::Received> RunLoop::take_signal() {
  while (const auto received = parts_.signals.take()) {
    if (received->number != SIGHUP || !parts_.on_hangup) return received;
    parts_.on_hangup();
  }
  return std::nullopt;
}

void RunLoop::do_chores() {
  if (parts_.chores == nullptr) return;
  parts_.output.push();  // there may be room again on a disk that was full
  parts_.chores->run_due();
}

std::optional<RunLoop::Reason> RunLoop::look_at_signals() {
  const auto received = take_signal();
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

std::optional<RunLoop::Reason> RunLoop::look_at_deadline() {
  if (limits_.deadline && Clock::now() >= *limits_.deadline) {
    if (parts_.child == nullptr) return Reason::deadline;
    if (!child_deadline_) ask_child_to_end(SIGTERM);
  }
  return std::nullopt;
}

std::optional<RunLoop::Reason> RunLoop::look_at_clock() {
  if (const auto reason = look_at_deadline()) return reason;
  if (settling_ || !limits_.tracing_is_off || Clock::now() < next_tick_) return std::nullopt;
  next_tick_ = Clock::now() + tick;
  return limits_.tracing_is_off() ? std::optional(Reason::drained) : std::nullopt;
}

void RunLoop::look_for_disturbances() {
  if (parts_.watch == nullptr) return;
  for (const auto& disturbance : parts_.watch->look()) parts_.stream.disturbed(disturbance);
}

/// Without a guard, a kill -9 would leave the instance behind until the next start.
void RunLoop::look_at_guard() {
  if (parts_.guard == nullptr || !parts_.guard->is_dead()) return;
  const std::string name = "ftracectl-guard (pid " + std::to_string(parts_.guard->pid()) + ")";
  std::string outcome = "another has taken its place";
  try {
    parts_.guard->start_again();
  } catch (const Error& error) {
    parts_.guard = nullptr;
    outcome = std::string(error.what()) + "; if this session is killed, ftracectl recover undoes it";
  }
  if (parts_.say) parts_.say(name + ", which undoes a killed session, has died; " + outcome);
}

RunLoop::Clock::time_point RunLoop::next_deadline() const {
  if (child_deadline_) return *child_deadline_;
  return limits_.deadline.value_or(Clock::time_point::max());
}

void RunLoop::wait() const {
  auto until = next_deadline();
  const auto now = Clock::now();
  if (settling_) until = std::min(until, now + settle_time);
  if (parts_.stream.is_holding()) until = std::min(until, last_chunk_ + limits_.quiet);
  if (limits_.tracing_is_off) until = std::min(until, now + tick);
  if (parts_.watch != nullptr) until = std::min(until, parts_.watch->next_look());
  if (parts_.chores != nullptr) until = std::min(until, parts_.chores->next());
  poll_until(until, parts_.pump.ready_fd(), -1);
}

/// Waits for the pump or the output, those of the two that are not -1, and for what ends a run.
void RunLoop::poll_until(Clock::time_point until, int pump, int output) const {
  const bool watches = parts_.watch != nullptr && pump >= 0;
  std::array<pollfd, 7> fds{pollfd{pump, POLLIN, 0},
                            pollfd{parts_.signals.fd(), POLLIN, 0},
                            pollfd{parts_.child != nullptr ? parts_.child->pidfd() : -1, POLLIN, 0},
                            pollfd{output, POLLOUT, 0},
                            pollfd{parts_.guard != nullptr ? parts_.guard->pidfd() : -1, POLLIN, 0},
                            pollfd{watches ? parts_.watch->fd() : -1, POLLIN, 0},
                            pollfd{parts_.chores != nullptr ? parts_.chores->fd() : -1, POLLIN, 0}};
  const bool must_look = (parts_.child != nullptr && parts_.child->pidfd() < 0) ||
                         (parts_.guard != nullptr && parts_.guard->pidfd() < 0);
  if (must_look) until = std::min(until, Clock::now() + look_again);
  int timeout_ms = -1;
  if (until != Clock::time_point::max()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    timeout_ms = static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
  }
  poll(fds.data(), fds.size(), timeout_ms);
}

/// The reader of the output is slow. So are we then, and the kernel counts what it loses; but what ends the
/// run is looked for meanwhile, and ends it at once.
void RunLoop::wait_for_reader() {
  auto until = next_deadline();
  if (parts_.chores != nullptr) until = std::min(until, parts_.chores->next());
  poll_until(until, -1, parts_.output.fd());
  look_at_guard();
  do_chores();
  ended_ = look_at_signals();
  if (!ended_) ended_ = look_at_child();
  if (!ended_) ended_ = look_at_deadline();
  if (ended_) ending_ = true;
}

void RunLoop::drain() {
  ending_ = true;
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
  parts_.output.put(bytes.view());
  bytes.clear();
  while (!ending_ && !parts_.output.push()) wait_for_reader();
  while (gave_up_ || parts_.output.waiting() > max_kept) {
    if (!wait_for_progress()) break;
  }
}

std::size_t RunLoop::deliver() {
  ending_ = true;
  flush();
  while (!parts_.output.push() && wait_for_progress()) {
  }
  return undelivered_lines_;
}

/// Waits until the reader has taken something; false when it is to be waited for no more, and nothing is kept.
bool RunLoop::wait_for_progress() {
  const std::size_t before = parts_.output.waiting();
  const auto until = Clock::now() + patience;
  while (!gave_up_ && Clock::now() < until) {
    std::array<pollfd, 2> fds{pollfd{parts_.output.fd(), POLLOUT, 0}, pollfd{parts_.signals.fd(), POLLIN, 0}};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    poll(fds.data(), fds.size(), static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (parts_.output.push() || parts_.output.waiting() < before) return true;
    const auto received = take_signal();
    if (!received) continue;
    if (stop_signal_ != 0) break;
    stop_signal_ = received->number;
  }
  give_up();
  return false;
}

void RunLoop::give_up() {
  gave_up_ = true;
  undelivered_lines_ += parts_.output.waiting_lines();
  parts_.output.drop();
}

}  // namespace ftracectl
