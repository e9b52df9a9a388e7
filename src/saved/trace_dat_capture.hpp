#pragma once

#include <ftracectl/event_table.hpp>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "kernel/symbols.hpp"
#include "model/tracefs/kernel_counts.hpp"
#include "records/record_stream.hpp"
#include "saved/trace_dat.hpp"

namespace ftracectl {

/// One buffer of a trace.dat, being decoded.
class TraceDatCapture {
 public:
  /// `buffer`: the name of an instance; empty: the top level, or the only buffer that has something. Throws
  /// Error(failed): see read_trace_dat(); Error(usage), with those there are: no such buffer. What is left out is said.
  TraceDatCapture(const std::string& path, const std::string& buffer, std::ostream& err);

  const EventTable& events() const { return events_; }
  const std::string& clock() const { return buffer_.clock; }

  /// Sets what it takes to decode the pages. The stream must not outlive this.
  void prepare(RecordStream::Options& options);
  /// Puts all pages through the stream, up to the end. `after_piece` is called every so many.
  void run(RecordStream& stream, const std::function<void()>& after_piece);

  /// What the kernel counted; nothing where several buffers make it unclear whose counts they are.
  std::optional<KernelCounts> kernel_counts() const;
  /// Of its pages, compressed as they are.
  std::uint64_t bytes_read() const { return bytes_read_; }
  std::uint64_t bytes() const;

 private:
  /// How far a cpu is read.
  struct Reading {
    TraceDatBuffer::Cpu cpu;
    std::uint64_t at = 0;         ///< behind its offset
    std::uint64_t last_time = 0;  ///< of the last page's beginning
    bool is_done = false;
    std::optional<std::uint32_t> chunks_left = {};
  };

  void choose_buffer(const std::string& wanted, std::ostream& err);
  void add_formats(std::ostream& err);
  static Reading* furthest_behind(std::vector<Reading>& readings);
  std::string read_pages(Reading& reading);
  std::string read_chunk(Reading& reading);

  TraceDatFile file_;
  TraceDat dat_;
  TraceDatBuffer buffer_;
  EventTable events_;
  KernelSymbols symbols_;
  std::unordered_map<std::int32_t, std::string> names_;
  std::uint64_t bytes_read_ = 0;
};

/// Whether the path is a file that begins as a trace.dat does.
bool is_trace_dat(const std::string& path);

}  // namespace ftracectl
