#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "model/memory/memory_map.hpp"

namespace ftracectl {

/// A look at the memory of a process that stays with the memory it was opened on: whatever the process has become
/// since, what is read is the map of that memory, or nothing when it is gone. /proc/PID/maps is one: the kernel
/// takes the memory when the file is opened.
class MapsView {
 public:
  virtual ~MapsView() = default;
  virtual std::optional<MemoryMap> read() = 0;
};

/// Opens views of processes: the machine, and a play of it in tests.
class MapsSource {
 public:
  virtual ~MapsSource() = default;
  /// Of the process as it is now; null where it is gone or its maps cannot be read.
  virtual std::unique_ptr<MapsView> open(std::int32_t pid) = 0;
  /// By the clock of the events, in nanoseconds.
  virtual std::uint64_t now() = 0;
};

/// Decides which memory map is that of a stack. Between an event and the moment at which its reader looks into /proc
/// the process may have executed another program, whose map must never be taken for its own. So this is how a map is
/// proved:
///
/// The memory of a process stays the same between two execs (or from its fork on). A view that was opened behind the
/// event of the first is of that memory or of a later one; that no exec of the process is among the events before a
/// stack, and the view was opened before that stack, says that it is of no later one. Then it stays so, and may be
/// read at any time.
///
/// A child has the memory of its parent: the very same after vfork() and posix_spawn(), a copy after fork(). So where
/// the child's own is not proved, or gone, that of its parent serves.
///
/// What a program maps and unmaps while it runs is no event. A map is read again when a stack has addresses that it
/// does not have, and after a while.
class AddressSpaces {
 public:
  /// `source` outlives it.
  explicit AddressSpaces(MapsSource& source) : source_(source) {}

  struct Found {
    std::shared_ptr<const MemoryMap> map;
    std::uint64_t number = 0;  ///< of the map: no two have the same
    std::int32_t owner = -1;   ///< the process that it was read of
  };
  /// The map for a stack that the process had at that time, every event before being known; nothing where none is
  /// proved.
  std::optional<Found> find(std::int32_t pid, std::uint64_t time,
                            const std::vector<std::uint64_t>& addresses);

  /// A process that is there before the first event, and whose execs are all told from now on.
  void add(std::int32_t pid);
  enum class Child { copies_memory, shares_memory };
  void on_fork(std::int32_t parent, std::int32_t child, Child kind);
  void on_exec(std::int32_t pid, std::uint64_t time);
  void on_exit(std::int32_t pid, std::uint64_t time);
  /// Execs may be among what was lost.
  void lost();
  /// Reads the maps of programs that have just begun, and load their libraries now, as far as it is time for it.
  void read_young();
  /// When it is time for the next, by the clock of the events; nothing where there is none.
  std::optional<std::uint64_t> next_young() const;

 private:
  struct Map {
    std::shared_ptr<const MemoryMap> map;
    std::uint64_t number = 0;
    std::uint64_t opened = 0;  ///< when the view was that it was read through
    std::uint64_t read = 0;    ///< when it was
  };
  struct Space {
    std::int32_t owner = -1;
    std::unique_ptr<MapsView> view;
    std::uint64_t opened = 0;
    std::optional<std::uint64_t> ended;  ///< the owner has had another memory since
    Map map;
    std::shared_ptr<Space> origin;  ///< what it is a copy of
    std::uint64_t used = 0;         ///< a number that grows
  };
  using SpacePtr = std::shared_ptr<Space>;

  SpacePtr make(std::int32_t pid, SpacePtr origin);
  SpacePtr find_or_make(std::int32_t pid);
  void open(const SpacePtr& space);
  void read(Space& space);
  static bool is_proved(const Space& space, std::uint64_t opened, std::uint64_t time);
  void look_at(Space& space, std::uint64_t time, const std::vector<std::uint64_t>& addresses);
  void end(std::int32_t pid, std::uint64_t time);
  void make_room();
  void close_oldest();

  MapsSource& source_;
  std::unordered_map<std::int32_t, SpacePtr> spaces_;  ///< by process
  std::vector<std::weak_ptr<Space>> open_;             ///< those with a view
  /// Those to read again, by when it is time for it.
  struct Young {
    std::weak_ptr<Space> space;
    std::size_t looks = 0;  ///< how many there were
  };
  std::multimap<std::uint64_t, Young> young_;
  std::uint64_t next_map_ = 1;
  std::uint64_t next_use_ = 1;
};

}  // namespace ftracectl
