#pragma once

#include "report/run.hpp"

namespace ftracectl::report {

/// Makes of records in the order of their ends what a report is about: attempts and processes by time, who started
/// whom, what belongs to one PATH search. Whatever the records say, no process is its own ancestor.
void arrange(Run& run);

/// Keeps the processes with these pids, and all that descends from them.
void keep_descendants(Run& run, const std::vector<std::int32_t>& pids);

}  // namespace ftracectl::report
