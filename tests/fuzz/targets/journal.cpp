// The journal of a session: what is read of it stays beneath the tracing folder.

#include "fuzz/harness/target.hpp"
#include "session/journal_lines.hpp"

using namespace ftracectl;

FUZZ_TARGET("journal") {
  fuzz::may_refuse([&] {
    const auto content = parse_journal(input);
    if (!content) return;
    std::string again = header_line(content->header);
    for (const auto& entry : content->outstanding) {
      for (const Step* step : {&entry.wrote, &entry.undo}) {
        if (step->path.starts_with('/') || ("/" + step->path + "/").find("/../") != std::string::npos) {
          fuzz::fail("a path that leads out: " + step->path);
        }
        shell_line(*step);
      }
      again += entry_line(entry);
    }
    if (parse_journal(again)->outstanding.size() > content->outstanding.size())
      fuzz::fail("written otherwise");
  });
}
