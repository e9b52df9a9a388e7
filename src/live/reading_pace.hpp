#pragma once

#include "live/capture.hpp"
#include "live/trace_source.hpp"
#include "records/record_stream.hpp"

namespace ftracectl {

/// How eagerly a capture reads. To be woken for each event costs the traced programs a good part of their
/// speed, so the reader lets events gather for a moment; unless there is something that only /proc can tell,
/// while the process lives.
class ReadingPace {
 public:
  /// `needs_proc`: of every exec something is to be had from /proc alone.
  ReadingPace(const CaptureOptions& options, bool are_rare, bool needs_proc);

  const Eagerness& eagerness() const { return eagerness_; }
  /// When nothing was read for so long, there is nothing from before.
  std::chrono::milliseconds quiet() const;

  /// Has the execs watched whose arguments no probe fetched, or not whole, or whose user the events do not
  /// tell: while there are some, the reader hurries.
  void listen_to(RecordStream::Options& options);
  /// Whom to hurry; nullptr: nobody any more.
  void set_pump(Pump* pump) { pump_ = pump; }

 private:
  void on_exec(const ExecRecord& record);

  Eagerness eagerness_;
  bool adapts_ = false;
  Pump* pump_ = nullptr;
  int execs_without_need_ = 0;  ///< in a row
};

}  // namespace ftracectl
