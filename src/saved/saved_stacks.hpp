#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "kernel/stacks/object_names.hpp"
#include "model/memory/memory_map.hpp"
#include "records/user_stack_names.hpp"
#include "saved/input_folder.hpp"
#include "saved/stack_lines.hpp"

namespace ftracectl {

/// Finds an object on this machine by its build id; null where it is not here.
using FindObject =
    std::function<std::unique_ptr<ObjectNames>(const std::string& path, const std::string& build_id)>;

/// Names the frames of user stacks by what a capture kept: as they were named then, and where they were not, by an
/// object of this machine that has the same build id.
class SavedStacks : public UserStackNames {
 public:
  /// Reads stacks.jsonl. Throws Error(failed). Without `find` no file outside of the folder is looked at.
  SavedStacks(const InputFolder& folder, FindObject find);

  void name(Event& event, const TaskTracker& tasks) override;
  /// A folder has no more than that there was one.
  void fetched(const Event& /*event*/, const TaskTracker& /*tasks*/) override {}
  void follow(const Event& /*event*/, const TaskTracker& /*tasks*/) override {}
  void lost() override {}
  void idle() override {}

 private:
  struct Object {
    ObjectLine line;
    std::map<std::pair<std::uint64_t, AddressKind>, ObjectNames::Place> places;
    std::unique_ptr<ObjectNames> names;  ///< on this machine
    bool was_looked_for = false;
  };
  struct Part {
    std::uint64_t end = 0;
    std::uint64_t offset = 0;
    std::uint64_t object = 0;
  };
  using Map = std::map<std::uint64_t, Part>;  ///< by begin

  void take(MemoryLine line);
  std::string frame(const Map& map, std::uint64_t address, AddressKind kind);
  const ObjectNames::Place& place_of(Object& object, std::uint64_t at, AddressKind kind);

  FindObject find_;
  std::unordered_map<std::uint64_t, Object> objects_;
  std::unordered_map<std::uint64_t, Map> maps_;
  std::unordered_map<std::int32_t, std::unordered_map<std::uint64_t, StackLine>> stacks_;  ///< by tid, ts
  std::vector<std::string> made_;
};

}  // namespace ftracectl
