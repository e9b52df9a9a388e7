#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "kernel/pump.hpp"
#include "live/chores.hpp"
#include "live/command.hpp"
#include "live/disturbance_watch.hpp"
#include "live/signals.hpp"
#include "output/output.hpp"
#include "records/record_stream.hpp"
#include "session/watchdog.hpp"

namespace ftracectl {

/// Carries bytes from the pump through a record stream to the output, until there is a reason to stop.
class RunLoop {
 public:
  using Clock = std::chrono::steady_clock;

  struct Parts {
    Pump& pump;
    RecordStream& stream;
    Sink& sink;
    Output& output;
    StopSignals& signals;
    ChildCommand* child = nullptr;  ///< the run ends with it
    bool is_text = true;            ///< false: binary pages
    DisturbanceWatch* watch = nullptr;
    Watchdog* guard = nullptr;                              ///< where it dies, another takes its place
    std::function<void(const std::string&)> say = nullptr;  ///< takes a message for the user
    Chores* chores = nullptr;
    std::function<void()> on_hangup = nullptr;  ///< HUP is no end then, but this
  };

  struct Limits {
    std::optional<Clock::time_point> deadline;
    /// Whether nothing will be recorded any more: then the run ends when the buffer is empty.
    std::function<bool()> tracing_is_off = nullptr;
    /// The run ends when so many entries have been read.
    std::optional<std::uint64_t> max_entries;
    /// Decode at real-time priority: /proc is looked at on the way.
    bool real_time = false;
    /// When nothing has come for so long, there is nothing to come of the time before.
    std::chrono::milliseconds quiet{20};
  };

  enum class Reason {
    signal,
    deadline,
    child_ended,
    child_left,  ///< asked to end, the child did not within two seconds
    drained,
  };

  RunLoop(Parts parts, Limits limits);
  ~RunLoop();
  RunLoop(const RunLoop&) = delete;
  RunLoop& operator=(const RunLoop&) = delete;

  /// Throws Error when the pipe cannot be read or the output cannot be written.
  Reason run();
  /// Takes what there still is to the last byte, and finishes the stream. Tracing must be off, or else this
  /// may go on for ever; after max_entries it takes only what was read already.
  /// Whoever reads the output is not waited for: what is not written yet is kept, to be delivered.
  void drain();
  /// Waits until what was kept is written, once there is nothing of the kernel's to hold any more. Gives up
  /// when the reader takes nothing for two seconds, or at once at the second signal. Gives the number of lines that were not delivered. Throws as OutputFile does.
  std::size_t deliver();
  /// The signal that ended the run, 0 where none did.
  int stop_signal() const { return stop_signal_; }

 private:
  std::optional<Reason> look_at_chunks();
  std::optional<Reason> look_at_signals();
  std::optional<StopSignals::Received> take_signal();
  void do_chores();
  std::optional<Reason> look_at_child();
  std::optional<Reason> look_at_clock();
  void look_for_disturbances();
  void consume(const Pump::Chunk& chunk);
  std::optional<Reason> look_at_deadline();
  void look_at_guard();
  void wait() const;
  Clock::time_point next_deadline() const;
  void poll_until(Clock::time_point until, int pump, int output) const;
  void wait_for_reader();
  bool wait_for_progress();
  void give_up();
  void ask_child_to_end(int signal_number);
  void flush();

  Parts parts_;
  Limits limits_;
  Pump::Chunk chunk_;      ///< the last one
  bool settling_ = false;  ///< the pipe was drained a moment ago
  bool enough_ = false;    ///< max_entries were read
  Clock::time_point next_tick_{};
  Clock::time_point last_chunk_{};
  bool last_seen_ = false;
  std::optional<Clock::time_point> child_deadline_;
  int stop_signal_ = 0;
  std::optional<Reason> ended_;  ///< found while the reader of the output made us wait
  bool ending_ = false;          ///< the run is over: nobody is waited for but by deliver()
  bool gave_up_ = false;         ///< nobody reads the output
  std::size_t undelivered_lines_ = 0;
};

}  // namespace ftracectl
