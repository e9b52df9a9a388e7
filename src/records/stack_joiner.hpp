#pragma once

#include <cstddef>
#include <deque>
#include <ftracectl/event.hpp>
#include <functional>
#include <memory>
#include <vector>

namespace ftracectl {

/// Puts stack traces to the events they belong to. A stack trace is an entry of its own behind its event, on
/// the same cpu and of the same task; entries of other cpus may stand between. So an event waits until its
/// cpu's next entry shows what it has, and events leave in the order they came.
class StackJoiner {
 public:
  using Out = std::function<void(const Event&)>;

  explicit StackJoiner(Out out) : out_(std::move(out)) {}

  void add(const Event& event);
  /// A stack whose event is not there (lost, or a trigger on an event that is off) becomes an event of its
  /// own, ftrace:kernel_stack or ftrace:user_stack.
  void add(const Stack& stack);
  /// The kernel dropped entries of this cpu: what follows belongs to nothing before it.
  void lost(int cpu);
  /// Nothing more is to come for now: all that waits leaves.
  void settle();
  /// Whether events are held back.
  bool has_waiting() const { return !waiting_.empty(); }

 private:
  struct Waiting {
    std::unique_ptr<HeldEvent> held;
    bool closed = false;  ///< its cpu has gone on: no stack can follow
  };

  std::unique_ptr<HeldEvent> empty_event();

  Waiting* open_of(int cpu);
  void release_closed();
  void emit_alone(const Stack& stack);

  Out out_;
  std::deque<Waiting> waiting_;
  std::vector<std::unique_ptr<HeldEvent>> spare_;  ///< with the room that earlier events took
};

}  // namespace ftracectl
