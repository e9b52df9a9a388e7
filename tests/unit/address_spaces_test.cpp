// Whose memory map a stack is named by: never that of the program which the exec put in the place of its caller's.

#include "records/address_spaces.hpp"

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <string>

using namespace ftracectl;

namespace {

constexpr std::uint64_t us = 1000;

/// A machine in which each process has one object mapped at 0x1000, whose path is what it executes.
class PlayedMachine : public MapsSource {
 public:
  struct Memory {
    std::string path;
    std::uint64_t end = 0x2000;
    bool lives = true;
  };
  class View : public MapsView {
   public:
    explicit View(std::shared_ptr<Memory> memory) : memory_(std::move(memory)) {}
    std::optional<MemoryMap> read() override {
      if (!memory_->lives) return MemoryMap();
      return MemoryMap({Mapping{0x1000, memory_->end, 0, "fe:00", 1, memory_->path}});
    }

   private:
    std::shared_ptr<Memory> memory_;
  };

  std::unique_ptr<MapsView> open(std::int32_t pid) override {
    time += us;
    ++opened;
    const auto found = processes.find(pid);
    return found != processes.end() ? std::make_unique<View>(found->second) : nullptr;
  }
  std::uint64_t now() override { return time; }

  void runs(std::int32_t pid, const std::string& path) {
    if (processes.contains(pid)) processes[pid]->lives = false;
    processes[pid] = std::make_shared<Memory>(Memory{path});
  }
  void forks(std::int32_t parent, std::int32_t child) {
    processes[child] = std::make_shared<Memory>(*processes[parent]);
  }
  void shares(std::int32_t parent, std::int32_t child) { processes[child] = processes[parent]; }
  void leaves(std::int32_t pid) {
    processes[pid]->lives = false;
    processes.erase(pid);
  }

  std::map<std::int32_t, std::shared_ptr<Memory>> processes;
  std::uint64_t time = 1000 * us;
  int opened = 0;
};

/// The object that a stack is named by; empty: none.
std::string named(AddressSpaces& spaces, std::int32_t pid, std::uint64_t time,
                  std::uint64_t address = 0x1800) {
  const auto found = spaces.find(pid, time, {address});
  return found ? found->map->mappings().front().path : "";
}

}  // namespace

TEST_CASE("address spaces: a program that was looked at before the call is the caller") {
  PlayedMachine machine;
  AddressSpaces spaces(machine);
  machine.runs(7, "server");
  spaces.add(7);
  machine.time = 2000 * us;
  CHECK(named(spaces, 7, 1900 * us) == "server");
}

TEST_CASE("address spaces: what is looked at behind the call may be the new program's") {
  PlayedMachine machine;
  AddressSpaces spaces(machine);
  machine.runs(7, "new");
  // The call was at 1500; the reader comes to it at 2000, when the process has executed another program.
  machine.time = 2000 * us;
  CHECK(named(spaces, 7, 1500 * us).empty());
  spaces.on_exec(7, 1600 * us);
  // Opened behind the exec's event: of the new program, which makes the next call.
  machine.time = 3000 * us;
  CHECK(named(spaces, 7, 2900 * us) == "new");
}

TEST_CASE("address spaces: a view that was opened late is not taken for the earlier program's") {
  PlayedMachine machine;
  AddressSpaces spaces(machine);
  machine.runs(7, "sh");
  machine.time = 1000 * us;
  spaces.on_exec(7, 900 * us);
  machine.runs(7, "true");  // at 1100, and nobody has read its event
  machine.time = 1200 * us;
  spaces.on_fork(7, 8, AddressSpaces::Child::copies_memory);
  // The fork was at 1050, of sh.
  CHECK(named(spaces, 8, 1060 * us) == "sh");  // what was read at 1000
  spaces.on_exec(7, 1100 * us);
  machine.time = 1300 * us;
  CHECK(named(spaces, 7, 1290 * us) == "true");
  CHECK(named(spaces, 8, 1280 * us) == "sh");
}

TEST_CASE("address spaces: a view that straddles an exec proves nothing") {
  PlayedMachine machine;
  AddressSpaces spaces(machine);
  machine.runs(7, "true");
  machine.time = 1200 * us;
  spaces.on_exec(7, 900 * us);  // of sh; meanwhile true runs, since 1100
  CHECK(named(spaces, 7, 1090 * us).empty());
  spaces.on_exec(7, 1100 * us);
  spaces.on_exit(7, 1150 * us);
  CHECK(named(spaces, 7, 1190 * us).empty());
}

TEST_CASE("address spaces: a child that is gone at once is named by its parent's memory") {
  using Child = AddressSpaces::Child;
  for (const auto kind : {Child::copies_memory, Child::shares_memory}) {
    PlayedMachine machine;
    AddressSpaces spaces(machine);
    machine.runs(7, "server");
    spaces.add(7);
    machine.time = 2000 * us;
    kind == Child::copies_memory ? machine.forks(7, 8) : machine.shares(7, 8);
    machine.processes.erase(8);
    machine.processes[8] = std::make_shared<PlayedMachine::Memory>(PlayedMachine::Memory{"true"});
    spaces.on_fork(7, 8, kind);
    CHECK(named(spaces, 8, 1950 * us) == "server");
    spaces.on_exec(8, 1960 * us);
    machine.time = 3000 * us;
    CHECK(named(spaces, 8, 2900 * us) == "true");
    CHECK(named(spaces, 7, 2950 * us) == "server");  // an exec of the child's is none of its parent's
  }
}

TEST_CASE("address spaces: the parent may have executed another program since") {
  PlayedMachine machine;
  AddressSpaces spaces(machine);
  machine.runs(7, "sh");
  spaces.add(7);
  machine.time = 2000 * us;
  machine.forks(7, 8);
  spaces.on_fork(7, 8, AddressSpaces::Child::copies_memory);
  machine.runs(7, "true");
  spaces.on_exec(7, 1940 * us);
  CHECK(named(spaces, 8, 1950 * us) == "sh");
}

TEST_CASE("address spaces: a map is read again for what it does not have") {
  PlayedMachine machine;
  AddressSpaces spaces(machine);
  machine.runs(7, "server");
  spaces.add(7);
  machine.time = 5000 * us;
  CHECK(named(spaces, 7, 4900 * us) == "server");
  CHECK(spaces.find(7, 4950 * us, {0x1800, 0x3000})->map->find(0x3000) == nullptr);
  machine.processes[7]->end = 0x4000;  // dlopen()
  machine.time += 500 * us;
  CHECK(spaces.find(7, 5400 * us, {0x1800, 0x3000})->map->find(0x3000) == nullptr);  // not yet again
  machine.time += 2000 * us;
  CHECK(spaces.find(7, 7400 * us, {0x1800, 0x3000})->map->find(0x3000) != nullptr);
}

TEST_CASE(
    "address spaces: a program that has just begun is looked at again, until it has loaded what it needs") {
  PlayedMachine machine;
  AddressSpaces spaces(machine);
  CHECK_FALSE(spaces.next_young());
  machine.runs(7, "sh");
  spaces.on_exec(7, 990 * us);
  machine.processes[7]->end = 0x4000;  // its libraries
  REQUIRE(spaces.next_young());
  CHECK(*spaces.next_young() > machine.time);
  machine.time = *spaces.next_young();
  spaces.read_young();
  machine.time += 500 * us;
  const std::uint64_t call = machine.time;
  machine.runs(7, "true");  // at once, and nobody looked between
  machine.time += 100 * us;
  const auto found = spaces.find(7, call, {0x1800, 0x3000});
  REQUIRE(found);
  CHECK(found->map->find(0x3000) != nullptr);
  spaces.on_exec(7, call + 50 * us);
  // Some looks, and then no more.
  int looks = 0;
  for (; spaces.next_young() && looks < 100; ++looks) {
    machine.time = *spaces.next_young();
    spaces.read_young();
  }
  CHECK(looks < 20);
}

TEST_CASE("address spaces: behind a loss only what is looked at from then on proves something") {
  PlayedMachine machine;
  AddressSpaces spaces(machine);
  machine.runs(7, "sh");
  spaces.add(7);
  machine.time = 2000 * us;
  machine.runs(7, "true");  // its exec is lost
  spaces.lost();
  CHECK(named(spaces, 7, 1990 * us).empty());
  machine.time = 3000 * us;
  CHECK(named(spaces, 7, 2900 * us) == "true");
}

TEST_CASE("address spaces: a number that went to another process is another memory") {
  PlayedMachine machine;
  AddressSpaces spaces(machine);
  machine.runs(7, "server");
  machine.runs(8, "sh");
  spaces.add(7);
  spaces.add(8);
  machine.time = 2000 * us;
  machine.leaves(8);
  spaces.on_exit(8, 1500 * us);
  machine.forks(7, 8);
  spaces.on_fork(7, 8, AddressSpaces::Child::copies_memory);
  CHECK(named(spaces, 8, 1900 * us) == "server");
}

TEST_CASE("address spaces: more processes than may be open keep what was read of them") {
  PlayedMachine machine;
  AddressSpaces spaces(machine);
  for (std::int32_t pid = 1; pid <= 1000; ++pid) {
    machine.runs(pid, "p" + std::to_string(pid));
    spaces.add(pid);
  }
  machine.time += 2000 * us;
  for (std::int32_t pid = 1; pid <= 1000; ++pid)
    CHECK(named(spaces, pid, machine.time - 100 * us) == "p" + std::to_string(pid));
}
