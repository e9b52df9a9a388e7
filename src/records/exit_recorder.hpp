#pragma once

#include "records/recorder.hpp"

namespace ftracectl {

/// The end of each process.
extern const RecorderKind exit_kind;

inline ChosenRecorder exit_recorder() { return {&exit_kind}; }

}  // namespace ftracectl
