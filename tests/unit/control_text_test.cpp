#include "model/tracefs/control_text.hpp"

#include <doctest/doctest.h>

using namespace ftracectl;

TEST_CASE("control text: a filter file, before and after a refusal") {
  CHECK(parse_filter_text("none\n").expression == "");
  CHECK(parse_filter_text("common_pid==5\n").expression == "common_pid==5");
  const auto refused = parse_filter_text("nofield == 1\n        ^\nparse_error: Field not found\n\n");
  CHECK(refused.expression == "");
  CHECK(refused.refused == "nofield == 1");
  CHECK(refused.reason == "Field not found");
  CHECK(refused.column == 8);
  const auto at_start = parse_filter_text("(common_pid == 5\n^\nparse_error: Too many '('\n\n");
  CHECK(at_start.refused == "(common_pid == 5");
  CHECK(at_start.column == 0);
  const auto wordless = parse_filter_text("== 5\nError: (0)\n\n");
  CHECK(wordless.refused == "== 5");
  CHECK(wordless.reason == "syntax error");
  const auto empty = parse_filter_text("\nError: (0)\n\n");
  CHECK(empty.expression == "");
  CHECK(empty.refused == "");
  CHECK(empty.reason == "syntax error");
}

TEST_CASE("control text: triggers in both notations") {
  CHECK(parse_trigger("stacktrace") == parse_trigger("stacktrace:unlimited\n"));
  CHECK(parse_trigger("traceoff:3 if a == 1") == parse_trigger("traceoff:count=3 if a == 1"));
  CHECK(parse_trigger("  stacktrace\tif\tcomm == \"x if y\"").condition == "comm == \"x if y\"");
  CHECK(parse_trigger("stacktrace:0").count == 0u);
  CHECK(parse_trigger("stacktrace if").condition.empty());
  CHECK(parse_trigger("enable_event:irq:irq_handler_entry").action == "enable_event:irq:irq_handler_entry");
  CHECK(parse_trigger("enable_event:irq:7").action == "enable_event:irq:7");
  CHECK(parse_trigger("hist:keys=a:size=64").text() == "hist:keys=a:size=64");
  CHECK(parse_triggers("# Available triggers:\n# traceon\n").empty());
  CHECK(parse_triggers("stacktrace:unlimited\ntraceoff:count=1\n").size() == 2);
  CHECK(parse_available_triggers("# Available triggers:\n# traceon traceoff\n") == "traceon traceoff");
  CHECK(parse_available_triggers("stacktrace:unlimited\n") == "");
}

TEST_CASE("control text: only a newer entry of the error log about our own write explains it") {
  const std::string old_entry =
      "[   25.899204] event filter parse error: error: Field not found\n  Command: nofield == 1\n"
      "                   ^\n";
  const std::string new_entry =
      "[   26.000001] event filter parse error: error: Field not found\n  Command: nofield == 1\n"
      "                   ^\n";
  const std::string hist_entry =
      "[   27.518950] hist:syscalls:sys_enter_execve: error: Couldn't find field\n  Command: "
      "hist:keys=nofield\n"
      "                     ^\n";
  CHECK_FALSE(new_error("", "", "nofield == 1"));
  CHECK_FALSE(new_error(old_entry, old_entry, "nofield == 1"));
  const auto found = new_error(old_entry, old_entry + new_entry, "stacktrace if nofield == 1");
  REQUIRE(found);
  CHECK(found->stamp == "26.000001");
  CHECK(found->reason == "Field not found");
  CHECK(found->column == 8);
  // Somebody else's fault came behind ours.
  CHECK(new_error(old_entry, old_entry + new_entry + hist_entry, "nofield == 1")->stamp == "26.000001");
  CHECK_FALSE(new_error(old_entry, old_entry + hist_entry, "nofield == 1"));
  CHECK(new_error("", hist_entry, "hist:keys=nofield")->reason == "Couldn't find field");
  CHECK(new_error("", hist_entry, "hist:keys=nofield")->column == 10);
}

TEST_CASE("control text: the chosen one of several words") {
  CHECK(parse_chosen("local [global] mono\n") == "global");
  CHECK(parse_chosen("nop\n") == "nop");
}
