// Our own JSON Lines, read back and made a report of: whatever they say, the report is made.

#include "records/record_lines.hpp"

#include <ftracectl/error.hpp>

#include "fuzz/harness/target.hpp"
#include "report/collector.hpp"
#include "report/exports.hpp"
#include "report/figures.hpp"
#include "report/json_report.hpp"
#include "report/text_report.hpp"

using namespace ftracectl;

FUZZ_TARGET("record_lines") {
  report::Collector collector;
  RecordLines lines(collector);
  lines.feed(input);
  lines.finish();
  const report::Run run = collector.finish();
  for (std::uint32_t number = 0; number < run.processes.size(); ++number) {
    const std::uint32_t parent = run.processes[number].parent;
    if (parent != report::none && parent >= number) fuzz::fail("a process stands before its parent");
  }
  const auto nowhere = [](std::string_view) {};
  for (const auto& format : report::exports()) format.write(run, "fuzz", nowhere);
  const auto figures = report::figures_of(run, {});
  report::text_report(run, figures, "fuzz", {});
  report::write_json(run, figures, "fuzz", nowhere);
  report::write_tree(run, {}, nowhere);
}
