#include "records/address_spaces.hpp"

#include <algorithm>
#include <array>

namespace ftracectl {

namespace {

/// The stamps of events and the clock that is looked at here are not equal to the last digit, and text has
/// microseconds.
constexpr std::uint64_t margin_ns = 10'000;
/// A map that has all addresses of a stack is read again after so long.
constexpr std::uint64_t map_holds_ns = 50'000'000;
/// One that lacks some is not read more often than that: they may be none of a map's.
constexpr std::uint64_t read_again_ns = 1'000'000;
/// A program loads its libraries within its first milliseconds, and may then execute another at once.
constexpr std::array<std::uint64_t, 5> looks_after_ns = {1'000'000, 3'000'000, 10'000'000, 40'000'000,
                                                         200'000'000};

constexpr std::size_t max_spaces = 65536;
constexpr std::size_t max_open = 192;
constexpr std::size_t max_young = 256;
/// A process that forks and then forks again from the child, and so on, without an exec.
constexpr int max_origins = 16;

std::size_t count_covered(const MemoryMap& map, const std::vector<std::uint64_t>& addresses) {
  return static_cast<std::size_t>(
      std::count_if(addresses.begin(), addresses.end(),
                    [&](std::uint64_t address) { return map.find(address) != nullptr; }));
}

}  // namespace

/// `opened`, of a view of the space's owner, lies before the time, and before the owner's memory became another.
bool AddressSpaces::is_proved(const Space& space, std::uint64_t opened, std::uint64_t time) {
  return opened != 0 && opened + margin_ns <= std::min(time, space.ended.value_or(time));
}

std::optional<AddressSpaces::Found> AddressSpaces::find(std::int32_t pid, std::uint64_t time,
                                                        const std::vector<std::uint64_t>& addresses) {
  std::optional<Found> best;
  std::size_t best_covered = 0;
  SpacePtr space = find_or_make(pid);
  for (int i = 0; i < max_origins && space != nullptr; ++i, space = space->origin) {
    space->used = next_use_++;
    look_at(*space, time, addresses);
    if (space->map.map == nullptr || !is_proved(*space, space->map.opened, time)) continue;
    const std::size_t covered = count_covered(*space->map.map, addresses);
    if (covered > best_covered || !best) {
      best_covered = covered;
      best = Found{space->map.map, space->map.number, space->owner};
    }
    if (covered == addresses.size()) break;
  }
  return best;
}

/// Reads the map where that may say more, and cannot put an unproved one in the place of one that is proved.
void AddressSpaces::look_at(Space& space, std::uint64_t time, const std::vector<std::uint64_t>& addresses) {
  if (space.view == nullptr || !is_proved(space, space.opened, time)) return;
  const bool is_known = space.map.map != nullptr && is_proved(space, space.map.opened, time);
  const bool has_all = is_known && count_covered(*space.map.map, addresses) == addresses.size();
  const std::uint64_t holds = has_all ? map_holds_ns : read_again_ns;
  if (!is_known || source_.now() > space.map.read + holds) read(space);
}

void AddressSpaces::read(Space& space) {
  auto map = space.view->read();
  if (!map || map->empty()) return;  // the memory is gone
  const std::uint64_t now = source_.now();
  if (space.map.map != nullptr && space.map.opened == space.opened &&
      space.map.map->mappings() == map->mappings()) {
    space.map.read = now;
    return;
  }
  space.map = {std::make_shared<const MemoryMap>(std::move(*map)), next_map_++, space.opened, now};
}

void AddressSpaces::add(std::int32_t pid) {
  end(pid, source_.now());
  make_room();
  const auto space = make(pid, nullptr);
  if (space->view != nullptr) read(*space);
  spaces_[pid] = space;
}

void AddressSpaces::on_fork(std::int32_t parent, std::int32_t child, Child kind) {
  make_room();
  const auto origin = find_or_make(parent);
  if (origin->view == nullptr) open(origin);
  // A map that is proved is kept: what is read through a later view is not, for now.
  const bool is_newer = origin->map.map == nullptr || (origin->map.opened == origin->opened &&
                                                       source_.now() > origin->map.read + map_holds_ns);
  if (is_newer && origin->view != nullptr) read(*origin);
  spaces_[child] = kind == Child::shares_memory ? origin : make(child, origin);
}

void AddressSpaces::on_exec(std::int32_t pid, std::uint64_t time) {
  end(pid, time);
  make_room();
  const auto space = make(pid, nullptr);
  if (space->view != nullptr) read(*space);
  spaces_[pid] = space;
  if (young_.size() < max_young && space->view != nullptr)
    young_.emplace(space->opened + looks_after_ns.front(), Young{space});
}

void AddressSpaces::on_exit(std::int32_t pid, std::uint64_t time) {
  end(pid, time);
  spaces_.erase(pid);
}

/// Of a child that shares its parent's memory, the parent goes on with it.
void AddressSpaces::end(std::int32_t pid, std::uint64_t time) {
  const auto found = spaces_.find(pid);
  if (found == spaces_.end() || found->second->owner != pid) return;
  if (!found->second->ended) found->second->ended = time;
}

void AddressSpaces::lost() {
  std::vector<std::int32_t> pids;
  for (const auto& [pid, space] : spaces_) pids.push_back(pid);
  spaces_.clear();
  young_.clear();
  if (pids.size() > max_open) pids.resize(max_open);
  for (const auto pid : pids) add(pid);
}

void AddressSpaces::read_young() {
  if (young_.empty()) return;
  const std::uint64_t now = source_.now();
  while (!young_.empty() && young_.begin()->first <= now) {
    Young young = young_.extract(young_.begin()).mapped();
    const auto space = young.space.lock();
    if (space == nullptr || space->view == nullptr || space->ended) continue;
    read(*space);
    // The reader may come late: to look twice at once shows nothing new.
    while (++young.looks < looks_after_ns.size() && space->opened + looks_after_ns[young.looks] <= now)
      continue;
    if (young.looks < looks_after_ns.size())
      young_.emplace(space->opened + looks_after_ns[young.looks], young);
  }
}

std::optional<std::uint64_t> AddressSpaces::next_young() const {
  return young_.empty() ? std::nullopt : std::optional(young_.begin()->first);
}

AddressSpaces::SpacePtr AddressSpaces::make(std::int32_t pid, SpacePtr origin) {
  auto space = std::make_shared<Space>();
  space->owner = pid;
  space->origin = std::move(origin);
  open(space);
  return space;
}

AddressSpaces::SpacePtr AddressSpaces::find_or_make(std::int32_t pid) {
  const auto found = spaces_.find(pid);
  if (found == spaces_.end()) {
    add(pid);
    return spaces_[pid];
  }
  const bool can_open = found->second->view == nullptr && found->second->owner == pid;
  if (can_open) open(found->second);
  return found->second;
}

void AddressSpaces::open(const SpacePtr& space) {
  if (space->ended) return;
  space->view = source_.open(space->owner);
  if (space->view == nullptr) return;
  space->opened = source_.now();
  space->used = next_use_++;
  std::erase_if(open_, [](const auto& other) {
    const auto kept = other.lock();
    return kept == nullptr || kept->view == nullptr;
  });
  open_.push_back(space);
  if (open_.size() > max_open) close_oldest();
}

/// What was read through it stays.
void AddressSpaces::close_oldest() {
  SpacePtr oldest;
  for (const auto& other : open_) {
    auto space = other.lock();
    if (space != nullptr && (oldest == nullptr || space->used < oldest->used)) oldest = std::move(space);
  }
  if (oldest == nullptr) return;
  if (oldest->map.map == nullptr) read(*oldest);
  oldest->view.reset();
}

/// Exits may be lost, or not be on.
void AddressSpaces::make_room() {
  if (spaces_.size() >= max_spaces) spaces_.clear();
}

}  // namespace ftracectl
