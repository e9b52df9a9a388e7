#pragma once

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "base/byte_buffer.hpp"
#include "base/fd.hpp"

namespace ftracectl {

/// A thread that does nothing but drain a buffer into a bounded queue. When the queue is full it waits, and
/// the kernel's buffer overruns, counted: memory stays bounded and the traced programs run on.
class Pump {
 public:
  /// What is drained: trace_pipe, or the trace_pipe_raw of each cpu, opened O_NONBLOCK.
  struct Pipe {
    Fd fd;
    int cpu = -1;  ///< -1: of all cpus together, as text
    /// The last read gave ENODEV: the cpu has not been online since the buffer was made, so it has no buffer
    /// of its own. poll() reports an error for such a pipe at once, so it is read in each round and not polled.
    bool has_no_buffer = false;
  };

  struct Options {
    /// How long to let events gather after the first, before they are read: reading each at once halves the
    /// speed of the program that makes them.
    std::chrono::milliseconds gather{0};
    /// Look at the pipes so often, whether or not the kernel says that there is something; with 0 only then.
    /// For binary pipes, which by buffer_percent say it when the buffer is half full.
    std::chrono::milliseconds look_every{0};
    /// Bytes that one read gives; 0 for text.
    std::size_t page_size = 0;
    /// Take real-time priority, where that is allowed: for those who must look at a process while it lives.
    bool real_time = false;
    /// Bytes that may wait for who takes them. Beyond that the kernel's buffer has to hold what comes.
    std::size_t max_queued = std::size_t{8} * 1024 * 1024;
  };

  /// What was read at once.
  struct Chunk {
    ByteBuffer bytes;
    int cpu = -1;
    bool drained = false;      ///< nothing was left in the pipe behind these bytes
    bool round_ends = false;   ///< every pipe has been looked at since this was said last
    bool idle = false;         ///< of binary pipes: a whole round found nothing, the one before did
    bool end_of_file = false;  ///< the kernel says so once tracing is off; some kernels never do
    bool last = false;         ///< the thread has ended
    int error = 0;             ///< errno of a failed read
  };

  Pump(std::vector<Pipe> pipes, Options options);
  ~Pump();
  Pump(const Pump&) = delete;
  Pump& operator=(const Pump&) = delete;

  /// The reading thread, for set_event_notrace_pid: a reader that traces its own reads feeds itself for ever.
  pid_t thread_id() const { return thread_id_; }
  /// Changes Options::gather, from the next wait on.
  void set_gather(std::chrono::milliseconds gather) { gather_ms_ = static_cast<int>(gather.count()); }
  /// Readable while a chunk waits.
  int ready_fd() const { return ready_.value(); }
  /// The next chunk; false when none waits. The room of what `chunk` held is read into again.
  bool take(Chunk& chunk);
  /// Asks the thread to read what is there and end. The chunk with `last` comes after that.
  void finish();
  /// Asks the thread to end at once, whatever is there. The chunk with `last` comes after that.
  void halt();

 private:
  void run();
  void read_to_the_end();
  bool wait_for_data();
  int patience_ms() const;
  int patience_with_pipes_ms() const;
  bool read_round();
  bool read_text();
  bool read_pages(bool after_wait);
  Chunk read_available(Pipe& pipe);
  Chunk empty_chunk();
  bool is_binary() const { return options_.page_size > 0; }
  void put(Chunk chunk);
  void announce();
  void stop();

  std::vector<Pipe> pipes_;
  Options options_;
  std::atomic<int> gather_ms_;
  int idle_rounds_ = 1;  ///< rounds that found nothing, one after the other
  bool was_end_of_file_ = false;
  bool hurries_ = false;  ///< a cpu's buffer was filling fast
  bool failed_ = false;
  std::uint64_t unannounced_ = 0;  ///< chunks in the queue that ready_ does not count yet
  Fd ready_;                       ///< eventfd: counts chunks
  Fd wake_;                        ///< eventfd: finish or stop was asked
  std::atomic<bool> finishing_{false};
  std::atomic<bool> halting_{false};
  std::atomic<bool> stopping_{false};  ///< nobody takes chunks any more
  std::atomic<pid_t> thread_id_{0};
  std::mutex mutex_;
  std::condition_variable room_;
  std::deque<Chunk> chunks_;
  std::vector<ByteBuffer> spare_;  ///< of chunks that were taken: new memory costs more than reading into it
  std::size_t queued_bytes_ = 0;
  std::thread thread_;
};

}  // namespace ftracectl
