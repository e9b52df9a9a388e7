#pragma once

#include <memory>
#include <set>
#include <string>

#include "kernel/files.hpp"
#include "model/tracefs/plan.hpp"
#include "session/private_instance.hpp"

namespace ftracectl {

/// Tries filters where a refusal does no harm.
///
/// A write that the kernel refuses has already dropped the filter before it (seen on 5.10 to 7.3), so that
/// until we have put that back, an event that is on records everything. Where this could happen, the filter
/// is first written to the same event of a fresh instance, in which nothing is on. That costs the making and
/// removing of an instance, 30 to 150 ms, so it is done only where there is something to lose: the event is
/// on and has a filter. An event that is off records nothing in between, and one without a filter has none
/// that could be dropped.
class FilterTrial {
 public:
  /// `journal` as of PrivateInstance.
  explicit FilterTrial(Files& files, Journal* journal = nullptr) : files_(files), journal_(journal) {}
  FilterTrial(const FilterTrial&) = delete;
  FilterTrial& operator=(const FilterTrial&) = delete;

  /// Whether the step is one to be tried first, as things stand.
  static bool is_needed(Files& files, const Step& step);

  /// Throws the kernel's Error, with the paths of the step's own buffer, if it refuses the filter. Does
  /// nothing for steps that need no trial and for what was tried before.
  void try_out(const Step& step);
  /// Removes the instance.
  void finish();

 private:
  Files& files_;
  Journal* journal_;
  std::unique_ptr<PrivateInstance> instance_;  ///< ftracectl-check-PID
  std::set<std::string> tried_;                ///< "PATH\nEXPRESSION" of what the kernel took
};

}  // namespace ftracectl
