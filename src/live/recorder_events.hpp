#pragma once

#include <string>
#include <vector>

#include "kernel/files.hpp"
#include "records/recorder.hpp"

namespace ftracectl {

/// The events of this kernel that a recorder is made of, each once, in the order of its row. Throws
/// Error(feature_missing) where it lacks one that is required, and Error(unknown_event) where the user named one that
/// it does not have.
std::vector<FoundEvent> find_recorder_events(Files& files, const RecorderKind& kind,
                                             const RecorderWish& wish);

/// Those of `more` that are not in `events` yet go behind them; one that takes the filter in either does.
void add_events(std::vector<FoundEvent>& events, const std::vector<FoundEvent>& more);

/// The events that the user's filter is written to.
std::vector<std::string> takers_of_filter(const std::vector<FoundEvent>& events);

std::vector<std::string> names_of(const std::vector<FoundEvent>& events);

}  // namespace ftracectl
