#pragma once

#include <cstdint>
#include <ftracectl/event.hpp>
#include <ftracectl/exec_record.hpp>
#include <ftracectl/exit_record.hpp>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/byte_buffer.hpp"
#include "model/tracefs/kernel_counts.hpp"
#include "records/disturbance.hpp"

namespace ftracectl {

/// What a run came to.
struct Summary {
  std::uint64_t records = 0;    ///< exec and event records
  std::uint64_t entries = 0;    ///< events and stack traces decoded
  std::uint64_t lost = 0;       ///< by the kernel's own count where there is one, else by its LOST lines
  std::uint64_t malformed = 0;  ///< lines
  std::uint64_t disturbed = 0;  ///< times that somebody did something to the buffer
  /// What keeps the sum of entries, malformed and lost from being what the kernel counted: others have read
  /// `taken`, and `forgotten` were read before somebody emptied the buffer, by which the counts begin anew.
  std::uint64_t taken = 0;
  std::uint64_t forgotten = 0;
  std::uint64_t execs_with_argv = 0;
  std::uint64_t execs = 0;
  double seconds = 0;
  std::optional<KernelCounts> kernel;
};

/// Where items go, in one format. A sink writes into a buffer; somebody else takes the bytes out of the
/// process.
class Sink {
 public:
  virtual ~Sink() = default;

  virtual void exec(const ExecRecord& record) = 0;
  virtual void process_end(const ExitRecord& record) = 0;
  virtual void event(const Event& event) = 0;
  virtual void lost(const Lost& lost) = 0;
  virtual void malformed(const Malformed& malformed) = 0;
  virtual void disturbed(const Disturbance& disturbance) = 0;
  virtual void summary(const Summary& summary) = 0;

  ByteBuffer& buffer() { return buffer_; }

 protected:
  ByteBuffer buffer_;
};

/// An output format: a row of the table. A new one is one file and one row.
struct OutputFormat {
  std::string_view name;
  std::string_view summary;
  /// `clock` is the buffer's trace_clock; empty where it is not known.
  std::unique_ptr<Sink> (*make)(const std::string& clock);
};

std::span<const OutputFormat> output_formats();
/// Throws Error(usage) with the names there are.
const OutputFormat& find_output_format(std::string_view name);

}  // namespace ftracectl
