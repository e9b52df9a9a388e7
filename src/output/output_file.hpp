#pragma once

#include <cstddef>
#include <ftracectl/error.hpp>
#include <string>
#include <string_view>

#include "base/fd.hpp"
#include "output/output.hpp"

namespace ftracectl {

/// The reader of a pipe has closed it: `ftracectl stream | head`. The work is done, and nothing is at fault.
class ReaderGone : public Error {
 public:
  explicit ReaderGone(const std::string& name);
};

/// Where a sink's bytes leave the process: a file, or standard output. A pipe or a terminal whose reader does
/// not read takes no more: put() then keeps the rest, so that its caller can do something else than wait.
class OutputFile : public Output {
 public:
  /// Creates or empties `path` as open_for_output() does; "-" and "" are standard output. Throws Error with the path and the reason.
  explicit OutputFile(const std::string& path);
  /// A file that was opened already; `name` is for messages.
  OutputFile(Fd file, std::string name);

  /// Writes all of it, waiting for a slow reader. Throws Error: a full disk; ReaderGone: a closed pipe.
  void write(std::string_view bytes);
  /// Writes what goes without waiting and keeps a copy of the rest. Throws as write() does.
  void put(std::string_view bytes) override;
  /// Writes of what was kept as much as goes without waiting. Gives whether nothing is left.
  bool push() override;
  /// How many bytes are kept.
  std::size_t waiting() const override { return kept_.size() - sent_; }
  /// How many lines the kept bytes have, one that is written in part among them.
  std::size_t waiting_lines() const override;
  /// Forgets what is kept: nobody reads it.
  void drop() override;
  /// Closes it, and reports what the kernel only says then.
  void close() override;
  std::uint64_t written_bytes() const override { return written_bytes_; }

  const std::string& name() const override { return name_; }
  int fd() const override { return fd_; }

 private:
  void make_patient();
  std::size_t write_some(std::string_view bytes);

  std::string name_;
  Fd owned_;
  Fd own_view_;  ///< of a standard output that blocks: the same pipe, opened O_NONBLOCK
  int fd_ = -1;
  bool blocks_ = false;  ///< write(2) may wait although poll says that there is room
  std::string kept_;
  std::uint64_t written_bytes_ = 0;
  std::size_t sent_ = 0;  ///< so many bytes of kept_ are written
};

}  // namespace ftracectl
