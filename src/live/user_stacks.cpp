#include "live/user_stacks.hpp"

#include <algorithm>
#include <ostream>

#include "live/recorder_events.hpp"
#include "records/memory_recorder.hpp"

namespace ftracectl {

namespace {

bool contains(const std::vector<std::string>& events, const std::string& event) {
  return std::find(events.begin(), events.end(), event) != events.end();
}

/// Whether no filter leaves some of them out, but for one of tasks.
bool comes_whole(const CaptureWish& wish, const std::string& event) {
  const auto own = wish.own_filters.find(event);
  const bool is_filtered = (own != wish.own_filters.end() && !own->second.empty()) ||
                           (!wish.filter.empty() && contains(wish.takers, event));
  return contains(wish.events, event) && !is_filtered;
}

}  // namespace

UserStacks parse_unwinding(const std::string& text) {
  if (text == "auto") return UserStacks::automatic;
  if (text == "probe") return UserStacks::fetched;
  if (text == "kernel") return UserStacks::walked;
  throw Error(ErrorCode::usage, "--unwind takes auto, probe or kernel, not '" + text + "'");
}

void add_memory_events(Files& files, Prepared& prepared) {
  std::vector<std::string> added;
  for (const auto& event : find_recorder_events(files, memory_kind, {})) {
    if (!contains(prepared.wish.events, event.name)) added.push_back(event.name);
  }
  if (added.empty()) return;
  prepared.wish.events.insert(prepared.wish.events.end(), added.begin(), added.end());
  // Before all others: a record of an exec, say, is not made of them.
  prepared.recorders.insert(prepared.recorders.begin(), memory_recorder(added));
}

bool follows_memory(const CaptureWish& wish) {
  const auto uses = memory_kind.events({});
  return std::all_of(uses.begin(), uses.end(),
                     [&](const EventUse& use) { return comes_whole(wish, use.names.front()); });
}

void note_stacks(const NamedStacks::Counts& counts, bool has_probe, std::ostream& err) {
  const auto note = [&](const std::string& text) { err << "ftracectl: note: " << text << std::endl; };
  if (counts.unproved > 0)
    note(std::to_string(counts.unproved) + " of " + std::to_string(counts.stacks) +
         " user stacks show addresses only: the programs' memory maps were not seen in time");
  if (counts.stacks > 0 && counts.deep == 0 && !has_probe)
    note(
        "user stacks end in their first frame: the programs have no frame pointers for the kernel to follow");
}

}  // namespace ftracectl
