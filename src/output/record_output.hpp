#pragma once

#include <functional>
#include <memory>
#include <string>

#include "output/log_file.hpp"

namespace ftracectl {

/// Opens what `rules.path` names for a run's records: standard output, a pipe, a device, or a regular file, which is
/// a LogFile. Throws Error: failed, and usage where the rules ask for what only a regular file can do.
std::unique_ptr<Output> open_record_output(const LogFile::Rules& rules);

/// Hangs the hooks on, where it is a LogFile.
void set_hooks(Output& output, LogFile::Hooks hooks);

}  // namespace ftracectl
