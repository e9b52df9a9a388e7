// Every filter and trigger that was written to four real kernels gets the verdict that the kernel gave.

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "model/filter/filter_check.hpp"
#include "model/tracefs/trigger_check.hpp"
#include "support/exec_truth.hpp"
#include "support/formats.hpp"

using namespace ftracectl;
using namespace ftracectl::test;

namespace {

/// A line of ctl/writes.txt:
///     WRITE /sys/kernel/tracing/events/SYSTEM/NAME/FILE flags=WRONLY data="foo" -> -1 errno=22 (Invalid
///     argument)
struct Write {
  std::string system;
  std::string event;
  std::string file;  ///< "filter", "trigger"
  std::string data;
  int error = 0;
};

/// The text between quotes, with \" and \n in it; `rest` becomes what follows.
std::string unescaped(std::string_view quoted, std::string_view& rest) {
  std::string text;
  std::size_t at = 1;
  for (; at < quoted.size() && quoted[at] != '"'; ++at) {
    if (quoted[at] != '\\') {
      text += quoted[at];
    } else {
      text += quoted[++at] == 'n' ? '\n' : quoted[at];
    }
  }
  rest = quoted.substr(std::min(at + 1, quoted.size()));
  return text;
}

/// Nothing for what is no write to a single event: a subsystem's filter, an open that failed, an O_TRUNC
/// alone, and the long filters, which were not recorded.
std::optional<Write> parse_write(std::string_view line) {
  constexpr std::string_view prefix = "WRITE /sys/kernel/tracing/events/";
  const auto data_at = line.find(" data=");
  if (!line.starts_with(prefix) || data_at == std::string_view::npos) return std::nullopt;
  const auto path = split(line.substr(prefix.size(), line.find(' ', prefix.size()) - prefix.size()), '/');
  if (path.size() != 3) return std::nullopt;
  std::string_view result;
  Write write{std::string(path[0]), std::string(path[1]), std::string(path[2]),
              unescaped(line.substr(data_at + 6), result), 0};
  const bool is_truncation = write.data.empty() && line.find("TRUNC") != std::string_view::npos;
  if (is_truncation || write.data == "<long>" || result.find("OPEN FAILED") != std::string_view::npos) {
    return std::nullopt;
  }
  if (const auto at = result.find("errno="); at != std::string_view::npos) {
    const auto number = result.substr(at + 6);
    write.error = parse_number<int>(number.substr(0, number.find(' '))).value();
  }
  return write;
}

FilterDialect dialect_of(const std::string& kernel) {
  const bool is_older = kernel == "5.10" || kernel == "6.1";
  FilterDialect dialect;
  dialect.cpu_masks = dialect.functions = dialect.stacktrace_field = !is_older;
  dialect.common_cpu_field = kernel != "5.10";
  dialect.refuses_open_end = kernel == "6.1" || kernel == "7.3";
  dialect.cpu_count = 2;
  return dialect;
}

/// As its trigger files list them.
std::vector<std::string> triggers_of(const std::string& kernel) {
  std::vector<std::string> names = {"traceon",    "traceoff",     "snapshot",
                                    "stacktrace", "enable_event", "disable_event"};
  if (kernel != "5.10") names.insert(names.end(), {"enable_hist", "disable_hist", "hist"});
  return names;
}

Verdict verdict_on(const Write& write, const std::string& kernel) {
  const auto schema = fixture_schema(kernel, write.system, write.event);
  const auto dialect = dialect_of(kernel);
  if (write.file == "filter") return check_filter(write.data, schema, dialect);
  std::vector<std::string> events;
  for (const std::string event :
       {"sched:sched_switch", "sched:sched_process_exec", "irq:irq_handler_entry"}) {
    events.push_back(event);
  }
  return check_trigger(write.data, {schema, dialect, triggers_of(kernel), events});
}

}  // namespace

TEST_CASE("ctl: the recorded verdicts of four kernels on filters and triggers") {
  constexpr int second_of_a_kind = 17;  // EEXIST is about what is there, not about the text
  for (const std::string kernel : {"5.10", "6.1", "6.12", "7.3"}) {
    int checked = 0;
    const std::string text = fixture_text(kernel, "ctl/writes.txt");
    for (const auto line : split_lines(text)) {
      const auto write = parse_write(line);
      if (!write || write->error == second_of_a_kind) continue;
      CAPTURE(kernel);
      CAPTURE(line);
      const auto verdict = verdict_on(*write, kernel);
      CAPTURE(verdict.reason);
      const bool refused =
          verdict.kind == Verdict::Kind::rejected || verdict.kind == Verdict::Kind::feature_missing;
      CHECK(refused == (write->error != 0));
      ++checked;
    }
    CHECK(checked > 100);
  }
}
