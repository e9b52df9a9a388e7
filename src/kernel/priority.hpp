#pragma once

namespace ftracectl {

/// Gives the calling thread real-time priority (SCHED_FIFO, the lowest), not inherited by its children.
/// False where that is not allowed.
bool take_real_time_priority();

/// Gives it up again.
void drop_real_time_priority();

}  // namespace ftracectl
