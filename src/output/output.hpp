#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ftracectl {

/// Where the records of a run go, without anybody waiting for it.
class Output {
 public:
  Output() = default;
  Output(Output&&) = default;
  Output& operator=(Output&&) = default;
  virtual ~Output() = default;

  /// Writes what goes without waiting and keeps the rest. `bytes` are whole lines. Throws Error.
  virtual void put(std::string_view bytes) = 0;
  /// Writes of what was kept as much as goes without waiting. Gives whether nothing is left that waits for a reader.
  virtual bool push() = 0;
  /// How many bytes wait for a reader, and how many lines, one that is written in part among them.
  virtual std::size_t waiting() const = 0;
  virtual std::size_t waiting_lines() const = 0;
  /// Forgets what waits: nobody reads it.
  virtual void drop() = 0;
  /// The last attempt to write, and what the kernel only says when a file is closed.
  virtual void close() = 0;
  /// Opens the file anew by its name: logrotate has moved the old one away. Nothing where there is no such thing.
  virtual void reopen() {}
  /// How many lines could not be written because there was no room, so far.
  virtual std::size_t unwritten_lines() const { return 0; }
  /// How many bytes have been written.
  virtual std::uint64_t written_bytes() const = 0;

  virtual const std::string& name() const = 0;
  /// To poll for room; -1 where there is no waiting.
  virtual int fd() const = 0;
};

}  // namespace ftracectl
