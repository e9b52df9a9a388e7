#include "kernel/pump.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ftracectl/error.hpp>
#include <new>

#include "kernel/priority.hpp"
#include "kernel/threads.hpp"

namespace ftracectl {

namespace {

/// The kernel prints into 8 KiB at a time; a chunk gathers several reads.
constexpr std::size_t read_size = std::size_t{16} * 1024;
constexpr std::size_t max_chunk = std::size_t{256} * 1024;
constexpr std::size_t max_spare = 8;

/// One cpu was seen to record 200 MB/s: in 5 ms that is most of the 1.4 MB that the kernel's buffer has by
/// itself. From the first chunk that was filled until events come slowly again, they gather for so long only.
constexpr int hurried_gather_ms = 1;
constexpr std::size_t slow_chunk = std::size_t{32} * 1024;

/// Binary pipes speak, by buffer_percent, when they are half full. After a few looks that found nothing they
/// are looked at less often.
constexpr int few_rounds = 5;
constexpr int idle_factor = 5;
constexpr int idle_after_ms = 20;

/// How often the pipe of a cpu without a buffer is read: the cpu may come online.
constexpr int offline_look_every_ms = 100;

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

Pump::Pump(std::vector<Pipe> pipes, Options options)
    : pipes_(std::move(pipes)),
      options_(options),
      gather_ms_(static_cast<int>(options.gather.count())),
      ready_(make_eventfd(EFD_SEMAPHORE)),
      wake_(make_eventfd(0)) {
  thread_ = start_thread([this] { run(); });
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
    const auto has_room = [&] { return queued_bytes_ < options_.max_queued || stopping_; };
    if (!has_room()) {
      announce();
      room_.wait(lock, has_room);
    }
    queued_bytes_ += chunk.bytes.size();
    chunks_.push_back(std::move(chunk));
  }
  ++unannounced_;
}

/// Wakes who takes the chunks: once for all that a round has read, for it may run in our place.
void Pump::announce() {
  if (unannounced_ > 0) add_to(ready_, unannounced_);
  unannounced_ = 0;
}

/// For how long nobody need look at the pipes, as long as they do not speak up; -1 for ever.
int Pump::patience_ms() const {
  if (!is_binary()) return -1;
  const bool waits_for_cpu =
      std::any_of(pipes_.begin(), pipes_.end(), [](const Pipe& pipe) { return pipe.has_no_buffer; });
  const int patience = patience_with_pipes_ms();
  if (!waits_for_cpu) return patience;
  return patience < 0 ? offline_look_every_ms : std::min(patience, offline_look_every_ms);
}

/// The same while every pipe can speak.
int Pump::patience_with_pipes_ms() const {
  const auto look_every = static_cast<int>(options_.look_every.count());
  if (look_every > 0) return idle_rounds_ > few_rounds ? look_every * idle_factor : look_every;
  return idle_rounds_ > 0 ? -1 : idle_after_ms;  // they speak at once; one more look tells that all is quiet
}

/// False when the thread is asked to come to an end.
bool Pump::wait_for_data() {
  std::vector<pollfd> fds{{wake_.value(), POLLIN, 0}};
  for (const auto& pipe : pipes_) {
    if (!pipe.has_no_buffer) fds.push_back({pipe.fd.value(), POLLIN, 0});
  }
  const auto speaks = [](const pollfd& fd) { return (fd.revents & (POLLIN | POLLERR | POLLHUP)) != 0; };
  while (!finishing_) {
    const int ready = poll(fds.data(), fds.size(), patience_ms());
    if (ready < 0 && errno != EINTR) return false;
    if (ready == 0 || std::any_of(fds.begin() + 1, fds.end(), speaks)) break;
  }
  if (finishing_) return false;
  const int gather_ms = gather_ms_;
  const int gather = hurries_ ? std::min(gather_ms, hurried_gather_ms) : gather_ms;
  if (gather > 0) poll(fds.data(), 1, gather);
  return true;
}

Pump::Chunk Pump::read_available(Pipe& pipe) {
  Chunk chunk = empty_chunk();
  chunk.cpu = pipe.cpu;
  const std::size_t piece = is_binary() ? options_.page_size : read_size;
  while (chunk.bytes.size() < max_chunk) {
    const ssize_t got = ::read(pipe.fd.value(), chunk.bytes.room_for(piece), piece);
    if (got > 0) chunk.bytes.took(static_cast<std::size_t>(got));
    if (got > 0 || (got < 0 && errno == EINTR)) continue;
    chunk.drained = true;
    // A binary pipe that is empty gives 0, too, once a part of a page was read (6.12, 6.18, 7.3).
    chunk.end_of_file = got == 0 && !is_binary();
    pipe.has_no_buffer = got < 0 && errno == ENODEV && is_binary();
    if (got < 0 && errno != EAGAIN && !pipe.has_no_buffer) chunk.error = errno;
    break;
  }
  return chunk;
}

/// Reads once from trace_pipe, or from each cpu's pipe. True when nothing was left.
bool Pump::read_round() {
  if (!is_binary()) return read_text();
  // What was read of the first cpus is complete only when the others have been read once more: at once, so
  // that nobody waits for it.
  const bool drained = read_pages(true);
  return idle_rounds_ > 0 || failed_ || stopping_ ? drained : read_pages(false);
}

bool Pump::read_text() {
  Chunk chunk = read_available(pipes_.front());
  const bool drained = chunk.drained;
  const bool end_of_file = chunk.end_of_file && chunk.bytes.empty();
  failed_ = chunk.error != 0;
  chunk.round_ends = true;
  if (!end_of_file || !was_end_of_file_) put(std::move(chunk));
  was_end_of_file_ = end_of_file;
  return drained;
}

/// `after_wait`: if nothing has come, all is quiet.
bool Pump::read_pages(bool after_wait) {
  bool all_drained = true;
  bool is_empty = true;
  std::size_t most = 0;  // of one cpu
  for (auto& pipe : pipes_) {
    Chunk chunk = read_available(pipe);
    failed_ = failed_ || chunk.error != 0;
    all_drained = all_drained && chunk.drained;
    if (chunk.bytes.empty() && !failed_) continue;
    is_empty = false;
    most = std::max(most, chunk.bytes.size());
    put(std::move(chunk));
    if (failed_ || stopping_) return true;
  }
  if (after_wait) hurries_ = most >= max_chunk || (hurries_ && most >= slow_chunk);
  if (after_wait) idle_rounds_ = is_empty ? idle_rounds_ + 1 : 0;
  if (idle_rounds_ > 1) return true;
  Chunk mark;
  mark.round_ends = mark.drained = true;
  mark.idle = is_empty && after_wait;
  put(std::move(mark));
  return all_drained;
}

void Pump::run() {
  if (options_.real_time) take_real_time_priority();
  thread_id_ = gettid();
  thread_id_.notify_all();
  Chunk last;
  try {
    read_to_the_end();
  } catch (const std::bad_alloc&) {
    last.error = ENOMEM;
  }
  last.last = last.drained = last.round_ends = true;
  put(std::move(last));
  announce();
}

void Pump::read_to_the_end() {
  // Where a round left something, the next one follows at once: to let events gather would be to fall behind.
  for (bool drained = true; !failed_ && (drained ? wait_for_data() : !finishing_);) {
    drained = read_round();
    announce();
    if (!was_end_of_file_) continue;
    pollfd wake{wake_.value(), POLLIN, 0};
    poll(&wake, 1, static_cast<int>(end_of_file_pause.count()));
  }
  for (bool drained = false; !failed_ && !stopping_ && !halting_ && !drained;) {
    idle_rounds_ = 0;
    was_end_of_file_ = false;
    drained = read_round();
    announce();
  }
}

}  // namespace ftracectl
