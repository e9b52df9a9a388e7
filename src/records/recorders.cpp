#include "records/recorders.hpp"

#include <algorithm>
#include <array>

#include "records/call_recorder.hpp"
#include "records/exec_recorder.hpp"
#include "records/exit_recorder.hpp"
#include "records/memory_recorder.hpp"

namespace ftracectl {

namespace {

constexpr std::array kinds = {&memory_kind, &exit_kind, &call_kind, &exec_kind};

}  // namespace

std::span<const RecorderKind* const> recorder_kinds() { return kinds; }

const RecorderKind* find_recorder_kind(std::string_view name) {
  const auto found =
      std::find_if(kinds.begin(), kinds.end(), [&](const RecorderKind* kind) { return kind->name == name; });
  return found == kinds.end() ? nullptr : *found;
}

void put_in_order(std::vector<ChosenRecorder>& recorders) {
  const auto place = [](const ChosenRecorder& recorder) {
    return std::find(kinds.begin(), kinds.end(), recorder.kind) - kinds.begin();
  };
  std::stable_sort(recorders.begin(), recorders.end(),
                   [&](const ChosenRecorder& a, const ChosenRecorder& b) { return place(a) < place(b); });
}

const ChosenRecorder* find_recorder(const std::vector<ChosenRecorder>& recorders, const RecorderKind& kind) {
  const auto found = std::find_if(recorders.begin(), recorders.end(),
                                  [&](const ChosenRecorder& recorder) { return recorder.kind == &kind; });
  return found == recorders.end() ? nullptr : &*found;
}

bool follow_users(const std::vector<ChosenRecorder>& recorders) {
  return std::any_of(recorders.begin(), recorders.end(), [](const ChosenRecorder& recorder) {
    return recorder.settings.flag(follows_users_setting);
  });
}

}  // namespace ftracectl
