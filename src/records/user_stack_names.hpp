#pragma once

#include <ftracectl/event.hpp>

#include "records/task_tracker.hpp"

namespace ftracectl {

/// Who names the frames of user stacks: from the running processes, or from what a capture kept of them.
/// Sees every event, in order.
class UserStackNames {
 public:
  virtual ~UserStackNames() = default;
  /// Of an event that has a user stack: puts a text (base/user_frame.hpp) in the place of each address that it
  /// knows more of. The texts live until the next call.
  virtual void name(Event& event, const TaskTracker& tasks) = 0;
  /// An event of the probe of model/tracefs/stack_probe.hpp: what it fetched belongs to the stack that the task's next
  /// call has.
  virtual void fetched(const Event& event, const TaskTracker& tasks) = 0;
  /// What the event says of who has which memory; behind name().
  virtual void follow(const Event& event, const TaskTracker& tasks) = 0;
  /// Events were lost.
  virtual void lost() = 0;
  /// Nothing happens for now.
  virtual void idle() = 0;
};

}  // namespace ftracectl
