#pragma once

#include <string>

#include "kernel/files.hpp"

namespace ftracectl {

/// A tracing instance of our own, for as long as the object lives. All that is on in it goes with it: taking
/// it back is one rmdir.
class PrivateInstance {
 public:
  /// Makes instances/ftracectl-PID, or -PID-2 and so on where that is taken.
  explicit PrivateInstance(Files& files);
  ~PrivateInstance();
  PrivateInstance(const PrivateInstance&) = delete;
  PrivateInstance& operator=(const PrivateInstance&) = delete;

  /// As of buffer_prefix(): "instances/ftracectl-100/".
  const std::string& prefix() const { return prefix_; }
  /// Removes it now. Its pipes must be closed. Throws Error(busy) when it cannot be had gone within a second.
  void remove();

 private:
  Files& files_;
  std::string name_;
  std::string prefix_;
  bool removed_ = false;
};

}  // namespace ftracectl
