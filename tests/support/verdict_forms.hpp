#pragma once

#include <string>
#include <vector>

namespace ftracectl::test {

/// Filters of sched:sched_process_fork, right ones and wrong ones, in the forms that the kernel's own tests of
/// ftrace try and that users write.
std::vector<std::string> filter_forms();

/// Triggers of the same event other than hist.
std::vector<std::string> trigger_forms();

/// Hist triggers of the same event that need no other trigger, variable or synthetic event.
std::vector<std::string> hist_forms();

}  // namespace ftracectl::test
