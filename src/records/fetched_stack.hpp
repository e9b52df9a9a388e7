#pragma once

#include <ftracectl/event.hpp>
#include <optional>

#include "model/memory/fetched_stack.hpp"

namespace ftracectl {

/// What the probe of model/tracefs/stack_probe.hpp fetched of a caller, of its event out of a binary page. Nothing
/// where it is none.
std::optional<FetchedStack> read_fetched_stack(const Event& event);

}  // namespace ftracectl
