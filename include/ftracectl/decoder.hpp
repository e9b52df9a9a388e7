#pragma once

#include <ftracectl/event.hpp>
#include <ftracectl/export.hpp>
#include <string_view>

namespace ftracectl FTRACECTL_PUBLIC {

/// Turns what was read of a buffer into entries. Two kinds: TextDecoder of trace_pipe's text, PageDecoder of
/// the binary pages of per_cpu/cpuN/trace_pipe_raw.
class Decoder {
 public:
  virtual ~Decoder() = default;

  /// `cpu` is the one whose pages these are, -1 for text; `drained` says that nothing was left behind them.
  virtual void feed(std::string_view bytes, int cpu, bool drained) = 0;
  /// Every cpu has been read since this was said last: an entry that is older than all that had been read
  /// then cannot come any more.
  virtual void end_of_round() = 0;
  /// The next entry, or null when more bytes are needed to know it. The entry is the decoder's own, and its
  /// views live until the next call; until then the caller may add to it what it knows.
  virtual Entry* next() = 0;
  /// Says that all entries begun so far are here to their end.
  virtual void settle() = 0;
  /// Says that no byte will follow.
  virtual void finish() = 0;
  /// Whether bytes are held back until more come or settle() is called.
  virtual bool has_rest() const = 0;
};

}  // namespace ftracectl
