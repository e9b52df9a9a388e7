#include "cli/notes.hpp"

#include <ostream>

#include "kernel/buffer.hpp"

namespace ftracectl::cli {

std::vector<EventState> read_event_states(Target& target, const std::vector<std::string>& events) {
  std::vector<EventState> states;
  for (const auto& event : events) {
    EventState plain;
    plain.event = event;
    states.push_back(target.to_be_made != nullptr ? plain
                                                  : read_event_state(target.files, target.prefix, event));
  }
  return states;
}

void warn_if_off(std::ostream& err, Target& target) {
  if (target.to_be_made != nullptr || is_tracing_on(target.files, target.prefix)) return;
  err << "ftracectl: warning: tracing_on is 0 in " << target.buffer_name()
      << ": nothing is recorded until 'ftracectl on"
      << (target.instance.empty() ? "" : " --instance " + target.instance) << "'\n";
}

void warn_of_unfiltered_triggers(std::ostream& err, const std::vector<EventState>& states) {
  for (const auto& state : states) {
    if (state.filter.expression.empty()) continue;
    for (const auto& trigger : state.triggers) {
      if (!trigger.condition.empty()) continue;
      err << "ftracectl: note: trigger '" << trigger.text() << "' of " << state.event
          << " also fires for events that the filter drops; to avoid that: '" << trigger.text() << " if "
          << state.filter.expression << "'\n";
    }
  }
}

void warn_of_firing_triggers(std::ostream& err, const std::vector<EventState>& states) {
  for (const auto& state : states) {
    if (state.on) continue;
    for (const auto& trigger : state.triggers) {
      err << "ftracectl: note: trigger '" << trigger.text() << "' of " << state.event
          << " still fires although the event is off\n";
    }
  }
}

}  // namespace ftracectl::cli
