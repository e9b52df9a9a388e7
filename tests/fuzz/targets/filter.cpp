// The first byte chooses the event, the second the kernel's dialect; the rest is a filter.

#include "fuzz/harness/target.hpp"
#include "model/filter/filter_check.hpp"
#include "support/formats.hpp"

using namespace ftracectl;

FUZZ_TARGET("filter") {
  static const std::vector<EventSchema> schemas = {
      test::fixture_schema("7.3", "sched", "sched_switch"),
      test::fixture_schema("7.3", "syscalls", "sys_enter_execve"),
      test::fixture_schema("7.3", "sched", "sched_process_exec"),
      test::fixture_schema("6.12", "ipi", "ipi_send_cpumask")};
  const EventSchema& schema = schemas[fuzz::take_choice(input, schemas.size())];
  const std::size_t dialect_number = fuzz::take_choice(input, 4);
  FilterDialect dialect;
  dialect.cpu_masks = dialect.functions = dialect.stacktrace_field = (dialect_number & 1U) == 0;
  dialect.refuses_open_end = (dialect_number & 2U) != 0;
  dialect.cpu_count = 2;
  dialect.is_function = [](std::string_view name) { return name == "kfree"; };
  const Verdict verdict = check_filter(input, schema, dialect);
  if (verdict.is_good()) return;
  if (verdict.column > input.size()) fuzz::fail("a column behind the text");
  if (verdict.reason.empty()) fuzz::fail("refused without a reason");
  if (verdict_message(verdict, "filter", input).size() > 4096 + 16 * input.size())
    fuzz::fail("a message too long");
}
