#pragma once

#include <ftracectl/schema.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "model/filter/filter_check.hpp"

namespace ftracectl {

/// What a trigger is checked against.
struct TriggerContext {
  const EventSchema& schema;
  const FilterDialect& dialect;
  std::vector<std::string> available;  ///< names of this kernel's triggers; empty where that is not known
  std::vector<std::string>
      events;  ///< "system:name", for enable_event and onmatch; empty where that is not known
};

/// Checks the text for an event's trigger file:
///     stacktrace      traceoff:1 if common_pid == 5      enable_event:sched:sched_switch:3
///     hist:keys=common_pid.execname:vals=hitcount:sort=hitcount.descending if comm != "sh"
///     !stacktrace (which removes it)
/// Of hist triggers, whether the variables of other triggers and synthetic events are there is left to the
/// kernel.
Verdict check_trigger(std::string_view text, const TriggerContext& context);

}  // namespace ftracectl
