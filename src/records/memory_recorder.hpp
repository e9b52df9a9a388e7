#pragma once

#include "records/recorder.hpp"

namespace ftracectl {

/// Makes no records: takes the events that are on only to tell whose memory is whose (address_spaces.hpp), which nobody
/// asked to see.
extern const RecorderKind memory_kind;

/// The events, "system:name".
ChosenRecorder memory_recorder(const std::vector<std::string>& events);

}  // namespace ftracectl
