// The first byte chooses the event; the rest is a trigger, or what the kernel lists of them.

#include "fuzz/harness/target.hpp"
#include "model/tracefs/control_text.hpp"
#include "model/tracefs/trigger_check.hpp"
#include "support/formats.hpp"

using namespace ftracectl;

FUZZ_TARGET("trigger") {
  static const std::vector<EventSchema> schemas = {
      test::fixture_schema("7.3", "sched", "sched_switch"),
      test::fixture_schema("7.3", "syscalls", "sys_enter_execve")};
  const EventSchema& schema = schemas[fuzz::take_choice(input, schemas.size())];
  const FilterDialect dialect;
  const TriggerContext context{
      schema,
      dialect,
      {"traceon", "traceoff", "snapshot", "stacktrace", "enable_event", "disable_event", "hist"},
      {"sched:sched_switch", "sched:sched_waking"}};
  const Verdict verdict = check_trigger(input, context);
  if (verdict.column > input.size()) fuzz::fail("a column behind the text");
  for (const auto& trigger : parse_triggers(input)) {
    trigger.kind();
    check_trigger(trigger.text(), context);
  }
}
