#include "records/memory_recorder.hpp"

#include <algorithm>
#include <unordered_map>

namespace ftracectl {

namespace {

constexpr std::string_view events_setting = "events";

class MemoryRecorder final : public Recorder {
 public:
  explicit MemoryRecorder(std::vector<std::string> events) : events_(std::move(events)) {}

  bool add(const Event& event) override {
    if (event.schema == nullptr) return false;
    const auto [known, is_new] = is_mine_.try_emplace(event.schema);
    if (is_new) {
      const std::string name = event.schema->system + ":" + event.schema->name;
      known->second = std::find(events_.begin(), events_.end(), name) != events_.end();
    }
    return known->second;
  }

 private:
  std::vector<std::string> events_;
  std::unordered_map<const EventSchema*, bool> is_mine_;
};

std::vector<EventUse> events_of_memory(const RecorderWish& /*wish*/) {
  std::vector<EventUse> uses;
  for (const char* event : {"sched:sched_process_exec", "task:task_newtask", "sched:sched_process_exit"})
    uses.push_back({{event}, EventUse::Need::useful, EventUse::Filter::none, EventUse::Purpose::tasks});
  return uses;
}

}  // namespace

const RecorderKind memory_kind = {
    .name = "memory",
    .key = "memory",
    .summary = "whose memory user stacks are in",
    .is_rare = true,
    .makes_records = false,
    .events = events_of_memory,
    .make = [](const RecorderSettings& settings,
               const RecorderParts& /*parts*/) -> std::unique_ptr<Recorder> {
      return std::make_unique<MemoryRecorder>(settings.words(events_setting));
    },
};

ChosenRecorder memory_recorder(const std::vector<std::string>& events) {
  ChosenRecorder recorder{&memory_kind};
  recorder.settings.set(events_setting, events);
  return recorder;
}

}  // namespace ftracectl
