#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <ftracectl/event.hpp>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

namespace ftracectl {

/// Which stacks follow each event, as far as that is known.
struct StackKinds {
  bool kernel = false;
  bool user = false;
};

/// Puts stack traces to the events they belong to. A stack trace is an entry of its own behind its event, on
/// the same cpu and of the same task; entries of other cpus may stand between, and those of an interrupt that
/// came between the two, with stacks of their own:
///
///     event (task)   event (hardirq)   stack (hardirq)   stack (task)
///
/// So each cpu has at most one open event for each context, and a stack belongs to that of its own context. An event
/// may have another one inside, which the kernel writes while it commits the first (an eprobe's, a synthetic one):
///
///     event (outer)   event (inner)   stack (inner)   stack (outer)
///
/// An event waits until it has all that is expected, or until its cpu's next entry shows what it has. All
/// that comes leaves in the order in which it came, losses and malformed bytes included.
class StackJoiner {
 public:
  struct Out {
    std::function<void(Event&)> event;
    std::function<void(Lost&)> lost = nullptr;
    std::function<void(const Malformed&)> malformed = nullptr;
  };

  /// `complete`: an event that has these waits for no other.
  explicit StackJoiner(Out out, StackKinds complete = {}) : out_(std::move(out)), complete_(complete) {}

  void add(const Event& event);
  /// A stack whose event is not there (lost, or a trigger on an event that is off) becomes an event of its
  /// own, ftrace:kernel_stack or ftrace:user_stack.
  void add(const Stack& stack);
  /// The kernel dropped entries of this cpu: what follows belongs to nothing before it.
  void add(const Lost& lost);
  void add(const Malformed& malformed);
  /// Nothing more is to come for now: all that waits leaves.
  void settle();
  /// Whether events are held back.
  bool has_waiting() const { return !waiting_.empty(); }

 private:
  struct Bytes {
    std::string line;
    std::string why;
  };
  struct Waiting {
    std::variant<std::unique_ptr<HeldEvent>, Lost, Bytes> item;
    bool closed = false;  ///< its cpu has gone on: no stack can follow

    HeldEvent& held() { return *std::get<std::unique_ptr<HeldEvent>>(item); }
  };
  /// Of one cpu and context. What a deque holds does not move while others come and go at its ends.
  struct Open {
    Waiting* latest = nullptr;
    Waiting* outer = nullptr;    ///< the one before it, of the same task, still without any stack
    bool inner_is_over = false;  ///< the latest one has all of its stacks and is gone
  };
  using Contexts = std::array<Open, 4>;

  std::unique_ptr<HeldEvent> empty_event();
  static void close(Waiting*& waiting);
  /// Makes room for an event of this task: what is open may be around it.
  void make_outer(Open& open, std::int32_t tid);
  /// The event that waits for this stack; null where it is not there.
  Waiting** owner_of(const Stack& stack);
  /// Closes the open events of this cpu, from `lowest` on.
  void close(int cpu, CpuContext lowest);
  void close_all();
  bool is_complete(const Event& event) const;
  bool is_inner(const Event& event) const;
  void release_closed();
  void release_first();
  void add_alone(const Stack& stack);

  Out out_;
  StackKinds complete_;
  std::deque<Waiting> waiting_;
  std::unordered_map<int, Contexts> open_;         ///< by cpu
  std::vector<std::unique_ptr<HeldEvent>> spare_;  ///< with the room that earlier events took
};

}  // namespace ftracectl
