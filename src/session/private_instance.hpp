#pragma once

#include <cstdint>
#include <string>

#include "base/fd.hpp"
#include "kernel/files.hpp"
#include "session/journal.hpp"

namespace ftracectl {

/// A tracing instance of our own, for as long as the object lives. All that is on in it goes with it: taking
/// it back is one rmdir, and that is all the journal says of it.
class PrivateInstance {
 public:
  /// Makes instances/NAME-PID, or NAME-PID-2 and so on where that is taken: another of our processes can have
  /// the same pid in another pid namespace. `journal`, if there is one, must outlive the object.
  explicit PrivateInstance(Files& files, Journal* journal = nullptr, const std::string& name = "ftracectl");
  ~PrivateInstance();
  PrivateInstance(const PrivateInstance&) = delete;
  PrivateInstance& operator=(const PrivateInstance&) = delete;

  /// As of buffer_prefix(): "instances/ftracectl-100/".
  const std::string& prefix() const { return prefix_; }
  /// Keeps the instance's free_buffer open until it is removed: see open_free_buffer().
  void hold(Fd free_buffer) { free_buffer_ = std::move(free_buffer); }
  /// Closes it: what was not read is lost. Takes 9 to 16 ms: it shrinks the buffer.
  void let_go() { free_buffer_.reset(); }
  /// Removes it now. Its pipes must be closed. Throws Error(busy) when it cannot be had gone within a second.
  void remove();

 private:
  bool make(const std::string& path);

  Files& files_;
  Journal* journal_;
  std::uint64_t journal_id_ = 0;
  std::string prefix_;
  Fd free_buffer_;
  bool removed_ = false;
};

}  // namespace ftracectl
