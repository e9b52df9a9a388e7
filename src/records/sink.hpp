#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/byte_buffer.hpp"
#include "records/record.hpp"

namespace ftracectl {

/// Where records go, in one format. A sink writes into a buffer; somebody else takes the bytes out of the
/// process.
class Sink {
 public:
  virtual ~Sink() = default;

  virtual void record(const Record& record) = 0;

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
