#include "records/stack_joiner.hpp"

#include <algorithm>
#include <utility>

namespace ftracectl {

namespace {

/// No cpu keeps an event open for so many others, unless it is idle: then the oldest leaves without a stack.
constexpr std::size_t max_waiting = 4096;

/// About one for each cpu waits at a time.
constexpr std::size_t max_spare = 64;

constexpr std::size_t index_of(CpuContext context) { return static_cast<std::size_t>(context); }

}  // namespace

std::unique_ptr<HeldEvent> StackJoiner::empty_event() {
  if (spare_.empty()) return std::make_unique<HeldEvent>();
  auto event = std::move(spare_.back());
  spare_.pop_back();
  return event;
}

void StackJoiner::close(Waiting*& waiting) {
  if (waiting != nullptr) waiting->closed = true;
  waiting = nullptr;
}

void StackJoiner::close(int cpu, CpuContext lowest) {
  const auto contexts = open_.find(cpu);
  if (contexts == open_.end()) return;
  for (std::size_t i = index_of(lowest); i < contexts->second.size(); ++i) {
    close(contexts->second[i].latest);
    close(contexts->second[i].outer);
  }
}

void StackJoiner::close_all() {
  for (auto& waiting : waiting_) waiting.closed = true;
  for (auto& [cpu, contexts] : open_) contexts.fill({});
}

void StackJoiner::make_outer(Open& open, std::int32_t tid) {
  close(open.outer);
  open.inner_is_over = false;
  if (open.latest == nullptr) return;
  const Event& latest = open.latest->held().event();
  const bool may_be_around = latest.tid == tid && latest.kernel_stack.empty() && latest.user_stack.empty();
  if (!may_be_around) return close(open.latest);
  open.outer = std::exchange(open.latest, nullptr);
}

void StackJoiner::add(const Event& event) {
  // A line that does not say its cpu: nothing tells what follows what.
  const bool can_have_stack = event.cpu >= 0;
  const std::size_t context = index_of(event.context);
  if (can_have_stack) {
    if (event.context < CpuContext::nmi) close(event.cpu, static_cast<CpuContext>(context + 1));
    make_outer(open_[event.cpu][context], event.tid);
  }
  auto held = empty_event();
  held->assign(event);
  waiting_.push_back({std::move(held), !can_have_stack});
  if (can_have_stack) open_[event.cpu][context].latest = &waiting_.back();
  // An idle cpu: none of those that wait gets a stack any more.
  if (waiting_.size() > max_waiting && !waiting_.front().closed)
    close(waiting_.front().held().event().cpu, CpuContext::task);
  release_closed();
}

StackJoiner::Waiting** StackJoiner::owner_of(const Stack& stack) {
  const auto contexts = open_.find(stack.cpu);
  if (contexts == open_.end()) return nullptr;
  Open& open = contexts->second[index_of(stack.context)];
  const auto lacks_it = [&](const Waiting* waiting) {
    if (waiting == nullptr) return false;
    const Event& event = const_cast<Waiting*>(waiting)->held().event();
    const bool is_kernel = stack.kind == Stack::Kind::kernel;
    return event.tid == stack.tid && (is_kernel ? event.kernel_stack : event.user_stack).empty();
  };
  if (lacks_it(open.latest)) return &open.latest;
  const bool is_inner_over =
      open.latest != nullptr ? is_inner(open.latest->held().event()) : open.inner_is_over;
  return is_inner_over && lacks_it(open.outer) ? &open.outer : nullptr;
}

/// Where every event has a stack, one without is around the next. Elsewhere the stack itself shows it.
bool StackJoiner::is_inner(const Event& event) const {
  if (complete_.kernel || complete_.user) return true;
  return std::any_of(event.kernel_stack.begin(), event.kernel_stack.end(), [](std::string_view frame) {
    return frame.substr(0, frame.find('+')) == "event_triggers_call";
  });
}

void StackJoiner::add(const Stack& stack) {
  Waiting** owner = owner_of(stack);
  if (owner == nullptr) return add_alone(stack);
  // Whatever interrupted the event is over.
  if (stack.context < CpuContext::nmi) close(stack.cpu, static_cast<CpuContext>(index_of(stack.context) + 1));
  Waiting& waiting = **owner;
  waiting.held().add_stack(stack);
  if (is_complete(waiting.held().event())) {
    Open& open = open_[stack.cpu][index_of(stack.context)];
    open.inner_is_over = is_inner(waiting.held().event());
    close(*owner);
  }
  release_closed();
}

void StackJoiner::add(const Lost& lost) {
  if (lost.cpu >= 0) {
    close(lost.cpu, CpuContext::task);
  } else {
    close_all();
  }
  waiting_.push_back({lost, true});
  release_closed();
}

void StackJoiner::add(const Malformed& malformed) {
  waiting_.push_back({Bytes{std::string(malformed.line), std::string(malformed.why)}, true});
  release_closed();
}

void StackJoiner::settle() {
  close_all();
  release_closed();
}

bool StackJoiner::is_complete(const Event& event) const {
  const bool is_known = complete_.kernel || complete_.user;
  return is_known && !(complete_.kernel && event.kernel_stack.empty()) &&
         !(complete_.user && event.user_stack.empty());
}

void StackJoiner::release_closed() {
  while (!waiting_.empty() && waiting_.front().closed) release_first();
}

void StackJoiner::release_first() {
  auto item = std::move(waiting_.front().item);
  waiting_.pop_front();
  if (auto* held = std::get_if<std::unique_ptr<HeldEvent>>(&item)) {
    out_.event((*held)->event());
    if (spare_.size() < max_spare) spare_.push_back(std::move(*held));
  } else if (auto* lost = std::get_if<Lost>(&item)) {
    if (out_.lost) out_.lost(*lost);
  } else if (out_.malformed) {
    const Bytes& bytes = std::get<Bytes>(item);
    out_.malformed({bytes.line, bytes.why});
  }
}

void StackJoiner::add_alone(const Stack& stack) {
  Event event;
  event.time = stack.time;
  event.cpu = stack.cpu;
  event.tid = stack.tid;
  event.comm = stack.comm;
  event.context = stack.context;
  event.name = stack.kind == Stack::Kind::kernel ? "kernel_stack" : "user_stack";
  (stack.kind == Stack::Kind::kernel ? event.kernel_stack : event.user_stack) = stack.frames;
  event.decoded = true;
  auto held = empty_event();
  held->assign(event);
  waiting_.push_back({std::move(held), true});
  release_closed();
}

}  // namespace ftracectl
