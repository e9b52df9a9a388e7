#pragma once

#include <span>
#include <string_view>

#include "records/recorder.hpp"

namespace ftracectl {

/// All recorders of this program, in the order in which they see an event.
std::span<const RecorderKind* const> recorder_kinds();

/// Null where there is none of that name.
const RecorderKind* find_recorder_kind(std::string_view name);

/// Puts them into the table's order. Of two that make a record of the same event, the first one's comes first: live
/// and from a folder alike.
void put_in_order(std::vector<ChosenRecorder>& recorders);

/// Null where it is not among them.
const ChosenRecorder* find_recorder(const std::vector<ChosenRecorder>& recorders, const RecorderKind& kind);

/// Whether one of them relies on knowing every task's user from the start.
bool follow_users(const std::vector<ChosenRecorder>& recorders);

}  // namespace ftracectl
