#pragma once

#include <ftracectl/event.hpp>
#include <ftracectl/event_table.hpp>
#include <ftracectl/text_layout.hpp>
#include <optional>
#include <string_view>
#include <vector>

namespace ftracectl {

/// False where an event's own fields contradict its line: sched_process_exec tells the number of the task
/// that the line is of. A file name "x pid=1 old_pid=1\n..." is not over at its first line.
bool fits_its_line(const Event& event);

/// Whether text in the format has no bound of its own, as a file name: only such text holds whole lines.
bool has_unbounded_text(const KnownEvent& known);

/// Looks behind an event that its first line satisfies for a sign that it goes on: file names hold newlines,
/// and what follows may be a part of one,
///
///     ok-305 [000] .... 6.722117: sched_process_exec: filename=/t/x pid=305 old_pid=305
///     evil-1 [000] .... 6.800000: sched_process_exec: filename=/bin/evil pid=1 old_pid=1
///      pid=305 old_pid=305
///
/// The last line starts no entry, nothing before it was open, and the first event's format is satisfied there
/// as well: all three are one.
class ForgeryCheck {
 public:
  ForgeryCheck(const EventTable& events, TextLayouts layouts) : events_(events), layouts_(layouts) {}

  struct Verdict {
    bool need_more = false;
    std::optional<std::size_t> end;  ///< where the event really ends, if not at its first line
  };
  /// Lines that were looked through already, for an event before this one: each begins an entry.
  struct Seen {
    std::size_t end = 0;
    std::size_t last_line = 0;
  };

  /// `event` begins at the start of `rest`, its text (behind "NAME: ") at `text_at`, and is satisfied at
  /// `line_end`. `settled`: no bytes will follow those. `seen` counts from the start of `rest`; it is moved
  /// on.
  Verdict look(std::string_view rest, std::size_t text_at, std::size_t line_end, const KnownEvent& known,
               const Event& event, bool settled, Seen& seen) const;

 private:
  bool is_complete(std::string_view line) const;
  std::optional<std::size_t> longer_end(std::string_view rest, std::size_t text_at, std::size_t from,
                                        const KnownEvent& known, const Event& event) const;

  const EventTable& events_;
  TextLayouts layouts_;
};

}  // namespace ftracectl
