#pragma once

#include "compare/match/comparison.hpp"

namespace ftracectl::compare {

/// Counts what lay outside of the other side's work, and says whether that is suspicious. `pairs` stand in the order of
/// time, each with its reason.
void count_outside(Comparison& result, const Side& left, const Side& right);

}  // namespace ftracectl::compare
