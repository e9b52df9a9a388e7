#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "kernel/stacks/mapped_objects.hpp"
#include "model/memory/fetched_stack.hpp"
#include "records/address_spaces.hpp"
#include "records/user_stack_names.hpp"
#include "saved/stack_lines.hpp"

namespace ftracectl {

/// Names the frames of user stacks while the processes run.
class NamedStacks : public UserStackNames {
 public:
  /// An empty `open`: frames tell their object, and no function. `keep`, which may be null and outlives this, is told what it takes to name the stacks again.
  NamedStacks(OpenObject open, StackLines* keep);
  ~NamedStacks() override;

  void name(Event& event, const TaskTracker& tasks) override;
  void fetched(const Event& event, const TaskTracker& tasks) override;
  void follow(const Event& event, const TaskTracker& tasks) override;
  void lost() override;
  void idle() override { spaces_.read_young(); }

  /// When idle() has something to do next; max() for never.
  std::chrono::steady_clock::time_point next_look() const;

  /// The process becomes the command by an exec of ours, whose stack is nobody's concern: it is left out.
  void leave_out(std::int32_t command) { command_ = command; }
  /// These processes are there, and what they execute is told from now on.
  void add(const std::vector<std::int32_t>& pids);

  /// Of calls of execve() alone, where there are some.
  struct Counts {
    std::uint64_t stacks = 0;
    std::uint64_t unproved = 0;  ///< nothing proves what was mapped
    std::uint64_t deep = 0;      ///< of more than one frame
  };
  const Counts& counts() const { return of_execs_.stacks > 0 ? of_execs_ : of_all_; }

 private:
  /// What an event's schema says of it.
  enum class Role { none, newtask, exec, exit };
  static Role role_of(const EventSchema& schema);
  std::string frame(const AddressSpaces::Found& found, std::uint64_t address, AddressKind kind);
  void warm_up();
  void count(Counts& counts, bool is_proved) const;
  /// Takes the frames that were unwound in the place of the kernel's.
  void deepen(const std::vector<std::uint64_t>& unwound);
  std::vector<std::uint64_t> unwind_fetched(const Event& event, std::int32_t pid);
  MappedObjects::Object* object_of(const AddressSpaces::Found& found, const Mapping& mapping);

  StackLines* keep_;
  std::unique_ptr<MapsSource> source_;
  AddressSpaces spaces_;
  MappedObjects objects_;
  /// By the number of a map and where in it a mapping begins.
  std::unordered_map<std::uint64_t, std::unordered_map<std::uint64_t, MappedObjects::Object*>>
      objects_of_maps_;
  std::unordered_map<std::uint32_t, std::pair<const EventSchema*, Role>> roles_;
  std::unordered_map<std::int32_t, FetchedStack> fetched_;  ///< by thread, until its next call
  std::vector<std::uint64_t> addresses_;                    ///< of the stack under way
  std::vector<std::string> made_;
  std::int32_t command_ = -1;  ///< which is not yet what it is to be
  Counts of_execs_;
  Counts of_all_;
};

}  // namespace ftracectl
