#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/byte_buffer.hpp"
#include "records/record.hpp"
#include "records/time_style.hpp"

namespace ftracectl {

/// How records are to look in a format for people; formats for programs have all of everything.
struct TextLook {
  bool each_attempt = false;  ///< a line for each attempt of a PATH search; else one for all of them
  bool whole_stacks = false;  ///< with the frames of the tracer itself
  std::size_t width = 0;      ///< columns, where a line that is longer is cut; 0: none is
};

/// Whether an entry's bytes are the line that the kernel printed, or what stood in a page.
enum class EntrySource { text, pages };

/// Where records go, in one format. A sink writes into a buffer; somebody else takes the bytes out of the
/// process.
class Sink {
 public:
  virtual ~Sink() = default;

  virtual void record(const Record& record) = 0;
  /// Whether it wants what the kernel wrote, entry by entry, and no records made of it.
  virtual bool takes_entries() const { return false; }
  /// An entry. `comm` is the name of its task; its data() is null where that is not known.
  virtual void entry(const Entry& /*entry*/, std::string_view /*comm*/, EntrySource /*source*/) {}
  /// Nothing came for a while: what was held back, to be put together with what follows, goes out.
  virtual void idle() {}
  /// Before the first record.
  virtual void look(const TextLook& /*look*/) {}

  ByteBuffer& buffer() { return buffer_; }

 protected:
  ByteBuffer buffer_;
};

/// What a sink is made for. A Start that it is given says more.
struct SinkOptions {
  SinkOptions(std::string of_clock, TimeStyle style = TimeStyle::clock)
      : clock(std::move(of_clock)), time(style) {}
  SinkOptions(const char* of_clock) : clock(of_clock) {}

  std::string clock;  ///< the buffer's trace_clock; empty where it is not known
  TimeStyle time = TimeStyle::clock;
};

/// An output format: a row of the table. A new one is one file and one row.
struct OutputFormat {
  std::string_view name;
  std::string_view summary;
  std::unique_ptr<Sink> (*make)(const SinkOptions& options);
};

std::span<const OutputFormat> output_formats();
/// Throws Error(usage) with the names there are.
const OutputFormat& find_output_format(std::string_view name);

}  // namespace ftracectl
