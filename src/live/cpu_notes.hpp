#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "kernel/files.hpp"

namespace ftracectl {

/// Tells the user which cpus are offline, at the start of a run and, where that has changed, at its end. The
/// reader itself needs no word of it: it reads what there is.
class CpuNotes {
 public:
  /// Prints what is offline now.
  explicit CpuNotes(std::ostream& err);
  /// Prints what went offline and what came online since then, and what the kernel keeps of the former.
  void at_end(Files& files, const std::string& prefix);

 private:
  std::ostream& err_;
  std::vector<int> offline_;
};

}  // namespace ftracectl
