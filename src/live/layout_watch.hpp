#pragma once

#include <chrono>
#include <ftracectl/text_layout.hpp>
#include <string>

#include "kernel/files.hpp"

namespace ftracectl {

/// What the options of a live buffer say of its text, looked at again and again: another tool may change them
/// in the middle, and what was read before the change is still on its way to the decoder.
class LayoutWatch {
 public:
  using Clock = std::chrono::steady_clock;

  /// To be made once the pipe is open: for latency-format that moment counts, for the rest each read does.
  LayoutWatch(Files& files, std::string prefix);

  /// What the bytes may have that were read until `now`.
  TextLayouts look(Clock::time_point now);
  /// By the last look.
  TextLayout current() const { return current_; }
  /// By the last look: option `fields` is on.
  bool lists_fields() const { return lists_fields_; }

 private:
  Files& files_;
  std::string prefix_;
  bool latency_format_;
  TextLayout current_;
  bool lists_fields_ = false;
  TextLayouts layouts_;
  Clock::time_point old_until_{};
};

}  // namespace ftracectl
