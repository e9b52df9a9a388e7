#include "records/stack_joiner.hpp"

namespace ftracectl {

namespace {

/// No cpu keeps an event open for so many others, unless it is idle: then the oldest leaves without a stack.
constexpr std::size_t max_waiting = 4096;

/// About one for each cpu waits at a time.
constexpr std::size_t max_spare = 64;

}  // namespace

StackJoiner::Waiting* StackJoiner::open_of(int cpu) {
  if (cpu < 0) return nullptr;  // a line that does not say its cpu: nothing tells what follows what
  for (auto waiting = waiting_.rbegin(); waiting != waiting_.rend(); ++waiting) {
    if (!waiting->closed && waiting->held->event().cpu == cpu) return &*waiting;
  }
  return nullptr;
}

std::unique_ptr<HeldEvent> StackJoiner::empty_event() {
  if (spare_.empty()) return std::make_unique<HeldEvent>();
  auto event = std::move(spare_.back());
  spare_.pop_back();
  return event;
}

void StackJoiner::add(const Event& event) {
  lost(event.cpu);
  waiting_.push_back({empty_event(), event.cpu < 0});
  waiting_.back().held->assign(event);
  if (waiting_.size() > max_waiting) waiting_.front().closed = true;
  release_closed();
}

void StackJoiner::add(const Stack& stack) {
  Waiting* waiting = open_of(stack.cpu);
  if (waiting == nullptr || waiting->held->event().tid != stack.tid) {
    emit_alone(stack);
    return;
  }
  waiting->held->add_stack(stack);
  // A user stack may follow a kernel stack, so the event stays open; but not beyond the second of a kind.
}

void StackJoiner::lost(int cpu) {
  if (Waiting* waiting = open_of(cpu)) waiting->closed = true;
  release_closed();
}

void StackJoiner::settle() {
  for (auto& waiting : waiting_) waiting.closed = true;
  release_closed();
}

void StackJoiner::release_closed() {
  while (!waiting_.empty() && waiting_.front().closed) {
    out_(waiting_.front().held->event());
    if (spare_.size() < max_spare) spare_.push_back(std::move(waiting_.front().held));
    waiting_.pop_front();
  }
}

void StackJoiner::emit_alone(const Stack& stack) {
  Event event;
  event.time = stack.time;
  event.cpu = stack.cpu;
  event.tid = stack.tid;
  event.comm = stack.comm;
  event.name = stack.kind == Stack::Kind::kernel ? "kernel_stack" : "user_stack";
  (stack.kind == Stack::Kind::kernel ? event.kernel_stack : event.user_stack) = stack.frames;
  event.decoded = true;
  settle();
  out_(event);
}

}  // namespace ftracectl
