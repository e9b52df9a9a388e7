#include "kernel/pump.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ftracectl/error.hpp>

#include "kernel/priority.hpp"

namespace ftracectl {

namespace {

/// The kernel prints into 8 KiB at a time; a chunk gathers several reads.
constexpr std::size_t read_size = std::size_t{16} * 1024;
constexpr std::size_t max_chunk = std::size_t{256} * 1024;
constexpr std::size_t max_spare = 8;
constexpr std::size_t max_queued = std::size_t{8} * 1024 * 1024;

/// At the end of file, which 6.1 and 6.18 give while tracing is off, poll says "readable" for ever.
constexpr std::chrono::milliseconds end_of_file_pause{20};

Fd make_eventfd(unsigned flags) {
  Fd fd(eventfd(0, static_cast<int>(flags | EFD_CLOEXEC | EFD_NONBLOCK)));
  if (!fd) throw Error(ErrorCode::failed, "eventfd: " + errno_text(errno), errno);
  return fd;
}

void add_to(const Fd& event, std::uint64_t count) {
  // Fails only when the counter is full, and then it is readable anyway.
  [[maybe_unused]] const ssize_t written = ::write(event.value(), &count, sizeof count);
}

}  // namespace

Pump::Pump(Fd pipe, Options options)
    : pipe_(std::move(pipe)), options_(options), ready_(make_eventfd(EFD_SEMAPHORE)), wake_(make_eventfd(0)) {
  thread_ = std::thread([this] { run(); });
  thread_id_.wait(0);
}

Pump::~Pump() { stop(); }

void Pump::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = finishing_ = true;
  }
  room_.notify_all();
  add_to(wake_, 1);
  if (thread_.joinable()) thread_.join();
}

void Pump::finish() {
  finishing_ = true;
  add_to(wake_, 1);
}

void Pump::halt() {
  halting_ = true;
  finish();
}

bool Pump::take(Chunk& chunk) {
  std::uint64_t one = 0;
  if (::read(ready_.value(), &one, sizeof one) != sizeof one) return false;
  {
    const std::lock_guard lock(mutex_);
    if (spare_.size() < max_spare) spare_.push_back(std::move(chunk.bytes));
    chunk = std::move(chunks_.front());
    chunks_.pop_front();
    queued_bytes_ -= chunk.bytes.size();
  }
  room_.notify_one();
  return true;
}

Pump::Chunk Pump::empty_chunk() {
  Chunk chunk;
  const std::lock_guard lock(mutex_);
  if (spare_.empty()) return chunk;
  chunk.bytes = std::move(spare_.back());
  spare_.pop_back();
  chunk.bytes.clear();
  return chunk;
}

void Pump::put(Chunk chunk) {
  {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return queued_bytes_ < max_queued || stopping_; });
    queued_bytes_ += chunk.bytes.size();
    chunks_.push_back(std::move(chunk));
  }
  add_to(ready_, 1);
}

/// False when the thread is asked to come to an end.
bool Pump::wait_for_data() {
  std::array<pollfd, 2> fds{pollfd{pipe_.value(), POLLIN, 0}, pollfd{wake_.value(), POLLIN, 0}};
  while (!finishing_) {
    if (poll(fds.data(), fds.size(), -1) < 0 && errno != EINTR) return false;
    if ((fds[0].revents & (POLLIN | POLLERR | POLLHUP)) != 0) break;
  }
  if (finishing_) return false;
  if (options_.gather.count() > 0) {
    poll(&fds[1], 1, static_cast<int>(options_.gather.count()));
  }
  return true;
}

Pump::Chunk Pump::read_available() {
  Chunk chunk = empty_chunk();
  while (chunk.bytes.size() < max_chunk) {
    const ssize_t got = ::read(pipe_.value(), chunk.bytes.room_for(read_size), read_size);
    if (got > 0) chunk.bytes.took(static_cast<std::size_t>(got));
    if (got > 0 || (got < 0 && errno == EINTR)) continue;
    chunk.drained = true;
    chunk.end_of_file = got == 0;
    if (got < 0 && errno != EAGAIN) chunk.error = errno;
    break;
  }
  return chunk;
}

void Pump::run() {
  if (options_.real_time) take_real_time_priority();
  thread_id_ = gettid();
  thread_id_.notify_all();
  bool was_end_of_file = false;
  while (wait_for_data()) {
    Chunk chunk = read_available();
    const bool failed = chunk.error != 0;
    const bool end_of_file = chunk.end_of_file && chunk.bytes.empty();
    if (!chunk.bytes.empty() || failed || !was_end_of_file) put(std::move(chunk));
    if (failed) break;
    was_end_of_file = end_of_file;
    if (end_of_file) {
      pollfd wake{wake_.value(), POLLIN, 0};
      poll(&wake, 1, static_cast<int>(end_of_file_pause.count()));
    }
  }
  for (bool drained = false; !stopping_ && !halting_ && !drained;) {
    Chunk chunk = read_available();
    drained = chunk.drained;
    put(std::move(chunk));
  }
  Chunk last;
  last.last = last.drained = true;
  put(std::move(last));
}

}  // namespace ftracectl
