#pragma once

#include <string>
#include <vector>

#include "model/tracefs/control_text.hpp"

namespace ftracectl {

/// What to write, one after the other, until a hist trigger that the kernel lists is gone. The kernel compares
/// keys, values and sorting, and does not take all that it lists: "sort=lat.log2.descending" is refused, for
/// only a direction may stand behind the name, and means "sort=lat.descending".
std::vector<std::string> hist_removals(const Trigger& listed);

/// The listed hist triggers that are the one that `wanted` names: by its text, by its keys, or "hist", which
/// names all.
std::vector<Trigger> hist_triggers_meant(const std::vector<Trigger>& listed, const std::string& wanted);

}  // namespace ftracectl
