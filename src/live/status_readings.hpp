#pragma once

#include <sys/types.h>

#include <cstdint>
#include <ftracectl/event.hpp>
#include <functional>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "kernel/proc.hpp"

namespace ftracectl {

/// CLOCK_MONOTONIC, as trace_clock `mono` has it.
std::uint64_t monotonic_ns();

/// /proc/PID/status of the tasks that records are about, read no more often than it can say something new.
///
/// A decoder that lags behind meets events from before the last reading. To read again for each of them would
/// bring nothing that is nearer to the event, and at 20 microseconds a reading the decoder would lag behind
/// ever more: after the first loss, by which users and parents are forgotten, it would never catch up.
class StatusReadings {
 public:
  struct Reading {
    std::uint64_t begun_ns = 0;           ///< CLOCK_MONOTONIC, just before it was read
    std::uint64_t read_ns = 0;            ///< and just after
    std::optional<ProcessStatus> status;  ///< nothing: there was no such task (any more)
  };

  using Read = std::function<std::optional<ProcessStatus>(pid_t)>;

  /// `clock` is the trace_clock of the records: only times of `mono` can be held against a reading's.
  explicit StatusReadings(std::string_view clock, Read read = read_process_status);

  /// The first reading after `time`: an earlier one where there is, else one that is made now. It lives until
  /// the next call.
  const Reading& read(pid_t tid, const Timestamp& time);

 private:
  bool comparable_;
  Read read_;
  std::unordered_map<pid_t, Reading> readings_;
};

}  // namespace ftracectl
