#include "kernel/priority.hpp"

#include <pthread.h>
#include <sched.h>

namespace ftracectl {

bool take_real_time_priority() {
  sched_param parameters{};
  parameters.sched_priority = sched_get_priority_min(SCHED_FIFO);
  return sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &parameters) == 0;
}

void drop_real_time_priority() {
  const sched_param parameters{};
  sched_setscheduler(0, SCHED_OTHER, &parameters);
}

}  // namespace ftracectl
