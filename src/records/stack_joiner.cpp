#include "records/stack_joiner.hpp"

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

void StackJoiner::close(int cpu, CpuContext lowest) {
  const auto open = open_.find(cpu);
  if (open == open_.end()) return;
  for (std::size_t i = index_of(lowest); i < open->second.size(); ++i) {
    if (open->second[i] != nullptr) open->second[i]->closed = true;
    open->second[i] = nullptr;
  }
}

void StackJoiner::close_all() {
  for (auto& waiting : waiting_) waiting.closed = true;
  for (auto& [cpu, open] : open_) open.fill(nullptr);
}

void StackJoiner::add(const Event& event) {
  // A line that does not say its cpu: nothing tells what follows what.
  const bool can_have_stack = event.cpu >= 0;
  if (can_have_stack) close(event.cpu, event.context);
  auto held = empty_event();
  held->assign(event);
  waiting_.push_back({std::move(held), !can_have_stack});
  if (can_have_stack) open_[event.cpu][index_of(event.context)] = &waiting_.back();
  // An idle cpu: none of those that wait gets a stack any more.
  if (waiting_.size() > max_waiting && !waiting_.front().closed)
    close(waiting_.front().held().event().cpu, CpuContext::task);
  release_closed();
}

void StackJoiner::add(const Stack& stack) {
  const auto open = open_.find(stack.cpu);
  Waiting* waiting = open != open_.end() ? open->second[index_of(stack.context)] : nullptr;
  if (waiting == nullptr || waiting->held().event().tid != stack.tid) return add_alone(stack);
  // Whatever interrupted the event is over.
  if (stack.context < CpuContext::nmi) close(stack.cpu, static_cast<CpuContext>(index_of(stack.context) + 1));
  waiting->held().add_stack(stack);
  if (is_complete(waiting->held().event())) {
    waiting->closed = true;
    open->second[index_of(stack.context)] = nullptr;
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
