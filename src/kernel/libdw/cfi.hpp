#pragma once

#include <elfutils/libdw.h>

#include "model/memory/fetched_stack.hpp"

namespace ftracectl {

/// Makes the registers those of the caller, by what the frame's rules say. False where they do not say how, need what
/// was not fetched, or are at the outermost function.
bool step_by_rules(Dwarf_Frame* frame, FetchedStack& stack);

}  // namespace ftracectl
