#include "live/named_stacks.hpp"

#include <unistd.h>

#include <algorithm>

#include "base/user_frame.hpp"
#include "kernel/stacks/plain_object.hpp"
#include "kernel/stacks/process_maps.hpp"
#include "kernel/stacks/unwinding.hpp"
#include "live/status_readings.hpp"
#include "records/fetched_stack.hpp"

namespace ftracectl {

namespace {

constexpr std::int64_t clone_memory = 0x100;
constexpr std::int64_t clone_thread = 0x10000;
constexpr std::size_t max_fetched = 4096;

class OpenMaps : public MapsView {
 public:
  explicit OpenMaps(Fd file) : file_(std::move(file)) {}
  std::optional<MemoryMap> read() override {
    const auto text = read_process_maps(file_);
    return text ? std::optional(parse_maps(*text)) : std::nullopt;
  }

 private:
  Fd file_;
};

class RunningProcesses : public MapsSource {
 public:
  std::unique_ptr<MapsView> open(std::int32_t pid) override {
    Fd file = open_process_maps(pid);
    return file ? std::make_unique<OpenMaps>(std::move(file)) : nullptr;
  }
  std::uint64_t now() override { return monotonic_ns(); }
};

bool is_exec(const Event& event) { return event.name.starts_with("sys_enter_execve"); }

std::int32_t process_of(std::int32_t tid, const TaskTracker& tasks) {
  const Task* task = tasks.find(tid);
  return task != nullptr ? task->pid : tid;
}

}  // namespace

NamedStacks::NamedStacks(OpenObject open, StackLines* keep)
    : keep_(keep),
      source_(std::make_unique<RunningProcesses>()),
      spaces_(*source_),
      objects_(open ? std::move(open) : open_plain_object) {
  warm_up();
}

NamedStacks::~NamedStacks() = default;

void NamedStacks::add(const std::vector<std::int32_t>& pids) {
  for (const auto pid : pids) spaces_.add(pid);
}

/// Its clock is CLOCK_MONOTONIC, too.
std::chrono::steady_clock::time_point NamedStacks::next_look() const {
  using Clock = std::chrono::steady_clock;
  const auto next = spaces_.next_young();
  return next ? Clock::time_point(std::chrono::nanoseconds(*next)) : Clock::time_point::max();
}

/// Nearly every stack is in the C library, and to look into it for the first time takes milliseconds, in which programs
/// come and go.
void NamedStacks::warm_up() {
  const auto text = read_process_maps(open_process_maps(getpid()));
  const MemoryMap map = parse_maps(text.value_or(""));
  for (const auto& mapping : map.mappings()) {
    MappedObjects::Object* object =
        mapping.path.find("/libc") != std::string::npos ? objects_.find(mapping, getpid()) : nullptr;
    if (object == nullptr || object->names == nullptr) continue;
    object->names->find(mapping.offset, AddressKind::instruction);
    FetchedStack nothing;
    object->names->step(mapping.offset, AddressKind::instruction, nothing);
  }
}

void NamedStacks::lost() {
  spaces_.lost();
  fetched_.clear();
}

/// Until the call itself, which comes next.
void NamedStacks::fetched(const Event& event, const TaskTracker& /*tasks*/) {
  if (fetched_.size() >= max_fetched) fetched_.clear();
  fetched_.erase(event.tid);
  if (auto stack = read_fetched_stack(event)) fetched_.emplace(event.tid, std::move(*stack));
}

/// What was fetched is forgotten here, but for where the functions return to. A map that lacks some of that is read
/// again: what was not loaded when it was read may be by now.
std::vector<std::uint64_t> NamedStacks::unwind_fetched(const Event& event, std::int32_t pid) {
  const auto node = fetched_.extract(event.tid);
  if (node.empty()) return {};
  Unwound unwound;
  std::uint64_t number = 0;
  auto wanted = addresses_;
  for (int i = 0; i < 2; ++i) {
    const auto found = spaces_.find(pid, event.time.value, wanted);
    if (!found || found->number == number) break;
    number = found->number;
    unwound = unwind(node.mapped(), *found->map, [&](const Mapping& mapping) {
      MappedObjects::Object* object = object_of(*found, mapping);
      return object != nullptr ? object->names.get() : nullptr;
    });
    if (!unwound.outside) break;
    wanted = unwound.frames;
    wanted.push_back(*unwound.outside);
  }
  return unwound.frames;
}

/// The innermost is the kernel's: the probe is where the function begins, which the call is in. Frame pointers may lead
/// further than what was fetched.
void NamedStacks::deepen(const std::vector<std::uint64_t>& unwound) {
  if (unwound.size() < 2) return;
  const auto last = std::find(addresses_.begin(), addresses_.end(), unwound.back());
  std::vector<std::uint64_t> rest;
  if (last != addresses_.end()) rest.assign(last + 1, addresses_.end());
  addresses_.resize(1);
  addresses_.insert(addresses_.end(), unwound.begin() + 1, unwound.end());
  addresses_.insert(addresses_.end(), rest.begin(), rest.end());
}

void NamedStacks::count(Counts& counts, bool is_proved) const {
  ++counts.stacks;
  if (!is_proved) ++counts.unproved;
  if (addresses_.size() > 1) ++counts.deep;
}

void NamedStacks::name(Event& event, const TaskTracker& tasks) {
  addresses_.clear();
  for (const auto frame : event.user_stack) addresses_.push_back(address_of_frame(frame).value_or(0));
  const auto walked = addresses_;
  const std::int32_t pid = process_of(event.tid, tasks);
  if (pid == command_) {
    event.user_stack.clear();
    fetched_.erase(event.tid);
    if (keep_ != nullptr) keep_->stack({event.tid, event.time.value});
    return;
  }
  if (is_exec(event)) deepen(unwind_fetched(event, pid));
  const auto found = spaces_.find(pid, event.time.value, addresses_);
  count(is_exec(event) ? of_execs_ : of_all_, found.has_value());
  if (!found) return;
  made_.clear();
  for (std::size_t i = 0; i < addresses_.size(); ++i) {
    auto text = frame(*found, addresses_[i], i == 0 ? AddressKind::instruction : AddressKind::returned_to);
    made_.push_back(text.empty() ? address_frame(addresses_[i]) : std::move(text));
  }
  event.user_stack.assign(made_.begin(), made_.end());
  if (keep_ == nullptr) return;
  const bool is_unwound = addresses_ != walked;
  keep_->stack(
      {event.tid, event.time.value, found->number, is_unwound ? addresses_ : std::vector<std::uint64_t>()});
}

/// Empty where nothing is known of the address.
std::string NamedStacks::frame(const AddressSpaces::Found& found, std::uint64_t address, AddressKind kind) {
  const Mapping* mapping = found.map->find(address);
  if (mapping == nullptr) return {};
  MappedObjects::Object* object = mapping->has_file() ? object_of(found, *mapping) : nullptr;
  const ObjectNames::Place place =
      object != nullptr ? MappedObjects::place_of(*object, *mapping, address, kind) : ObjectNames::Place();
  if (keep_ != nullptr) {
    const std::string& build_id = object != nullptr ? object->build_id : std::string();
    keep_->mapping(found.number, *mapping, build_id);
    keep_->frame(*mapping, build_id, address, kind, place);
  }
  return frame_of(place, address, mapping->path);
}

MappedObjects::Object* NamedStacks::object_of(const AddressSpaces::Found& found, const Mapping& mapping) {
  constexpr std::size_t max_maps = 4096;
  if (objects_of_maps_.size() >= max_maps) objects_of_maps_.clear();
  auto& objects = objects_of_maps_[found.number];
  const auto known = objects.find(mapping.begin);
  if (known != objects.end()) return known->second;
  return objects[mapping.begin] = objects_.find(mapping, found.owner);
}

NamedStacks::Role NamedStacks::role_of(const EventSchema& schema) {
  if (schema.name == "task_newtask") return Role::newtask;
  if (schema.name == "sched_process_exec") return Role::exec;
  if (schema.name == "sched_process_exit") return Role::exit;
  return Role::none;
}

void NamedStacks::follow(const Event& event, const TaskTracker& tasks) {
  if (event.schema == nullptr || !event.decoded) return;
  auto& [schema, role] = roles_[event.schema->id];
  if (schema != event.schema) {
    schema = event.schema;
    role = role_of(*schema);
  }
  const auto pid = static_cast<std::int32_t>(event.number("pid").value_or(event.tid));
  switch (role) {
    case Role::none:
      return;
    case Role::newtask: {
      const auto flags = event.number("clone_flags").value_or(0);
      if ((flags & clone_thread) != 0) return;
      const auto kind = (flags & clone_memory) != 0 ? AddressSpaces::Child::shares_memory
                                                    : AddressSpaces::Child::copies_memory;
      return spaces_.on_fork(process_of(event.tid, tasks), pid, kind);
    }
    case Role::exec:
      if (pid == command_) command_ = -1;
      return spaces_.on_exec(pid, event.time.value);
    case Role::exit:
      // The first thread may end before the others.
      if (process_of(event.tid, tasks) == event.tid) spaces_.on_exit(event.tid, event.time.value);
      return;
  }
}

}  // namespace ftracectl
