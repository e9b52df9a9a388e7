#pragma once

#include <string_view>

#include "kernel/files.hpp"
#include "model/filter/filter_field.hpp"
#include "session/journal.hpp"

namespace ftracectl {

/// Whether a filter may use what some kernels do not have: CPUS{...}, .function, stacktrace, common_cpu. No
/// file tells whether a kernel has it, and its version does not either: features are carried back to older
/// ones.
bool names_newer_features(std::string_view filter);

/// The same of a hist trigger: comm or hitcount as a field, common_stacktrace.
bool names_newer_hist_features(std::string_view trigger);

/// Finds out which of them this kernel has, by writing a filter with each to an event of an instance made for
/// that, in which nothing is on. It takes 30 to 150 ms, most of it the instance's removal. `journal` as of
/// PrivateInstance.
void try_filter_features(Files& files, Journal* journal, FilterDialect& dialect);

}  // namespace ftracectl
